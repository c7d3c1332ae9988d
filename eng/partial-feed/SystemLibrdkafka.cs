using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DurableDrill.PartialFeed;

/// <summary>
/// Binds Confluent.Kafka to the system's <c>librdkafka.so.1</c> (Debian: librdkafka1), for a feed without librdkafka.redist.
/// Compiled into each assembly that uses Confluent.Kafka; the first one to load sets the resolver.
/// </summary>
internal static class SystemLibrdkafka
{
    /// <summary>Waits for Confluent.Kafka to be loaded: most commands never do, and loading librdkafka takes as long as the rest of their start.</summary>
    [ModuleInitializer]
    internal static void Bind()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => BindTo(loaded.LoadedAssembly);
        foreach (var there in AppDomain.CurrentDomain.GetAssemblies())
        {
            BindTo(there);
        }
    }

    private static void BindTo(Assembly loaded)
    {
        if (loaded.GetName().Name != "Confluent.Kafka")
        {
            return;
        }

        try
        {
            NativeLibrary.SetDllImportResolver(loaded, Resolve);
        }
        catch (InvalidOperationException)
        {
            // Another assembly of this process has set it already; a resolver can be set only once.
            return;
        }

        SupplyLeaderEpochs();
    }

    /// <summary>
    /// librdkafka has leader epochs from 2.1 on, Debian's is 2.0, and Confluent.Kafka asks for them wherever it turns a list of partitions into its own
    /// (a rebalance, an assignment, a commit). "-1" is librdkafka's own word for "unknown". Its functions are held in private static delegates.
    /// </summary>
    private static void SupplyLeaderEpochs()
    {
        if (!NativeLibrary.TryLoad("librdkafka.so.1", out var library)
            || NativeLibrary.TryGetExport(library, "rd_kafka_topic_partition_get_leader_epoch", out _))
        {
            return;
        }

        // The delegates are set when the library is first used; this uses it.
        _ = Confluent.Kafka.Library.VersionString;
        Supply("_topic_partition_get_leader_epoch", Unknown);
        Supply("_topic_partition_set_leader_epoch", Ignore);
        Supply("_message_leader_epoch", Unknown);
    }

    private static void Supply(string name, Delegate function)
    {
        var field = typeof(Confluent.Kafka.Library).Assembly
            .GetType("Confluent.Kafka.Impl.Librdkafka", throwOnError: true)!
            .GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!;
        field.SetValue(null, function.Method.CreateDelegate(field.FieldType));
    }

    private static int Unknown(IntPtr partitionOrMessage) => -1;

    private static void Ignore(IntPtr partition, int epoch)
    {
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("librdkafka", StringComparison.Ordinal) && NativeLibrary.TryLoad("librdkafka.so.1", out var handle) ? handle : IntPtr.Zero;
}
