using Confluent.Kafka;

namespace DurableDrill.Pipeline.Processor;

/// <summary>When offsets and rows are made durable: the one thing in which the three modes differ. Called from one thread.</summary>
internal interface IGuarantee
{
    /// <summary>Whether offsets that are stored at the consumer are committed by the client in the background.</summary>
    bool CommitsInBackground { get; }

    /// <summary>Where new partitions start.</summary>
    IEnumerable<TopicPartitionOffset> Start(IReadOnlyList<TopicPartition> partitions);

    /// <summary>Partitions are about to be handed over.</summary>
    void HandOver();

    /// <summary>Processes a batch, not empty.</summary>
    void Process(OrderBatch batch);

    /// <summary>Called many times a second, for what is due.</summary>
    void Turn();

    /// <summary>The processor stops as it was asked to.</summary>
    void Stop();
}
