using System.CommandLine;
using DurableDrill.Pipeline.Broker;
using DurableDrill.Pipeline.Generator;
using DurableDrill.Pipeline.Link;
using DurableDrill.Pipeline.Processor;

var root = new RootCommand("The pipeline that ships with DurableDrill, to be drilled: orders through Kafka to PostgreSQL.")
{
    GeneratorCommand.Create(),
    ProcessorCommand.Create(),
    ProcessorCommand.CreateSchema(),
    BrokerCommand.Create(),
    LinkCommand.Create(),
};

// The components stop by themselves at SIGTERM, in their own time.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
