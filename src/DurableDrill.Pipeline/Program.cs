Console.WriteLine(Confluent.Kafka.Library.VersionString);
