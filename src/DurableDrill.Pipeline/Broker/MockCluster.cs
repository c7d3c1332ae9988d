using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace DurableDrill.Pipeline.Broker;

/// <summary>
/// librdkafka's built-in cluster (rdkafka_mock.h): real brokers as far as the protocol goes, in this process's memory. Confluent.Kafka does not
/// offer it, so it is bound here, from the library that Confluent.Kafka uses.
/// </summary>
internal sealed partial class MockCluster : IDisposable
{
    private const string Library = "librdkafka";
    private const int Producer = 0;

    private readonly IntPtr client;
    private readonly IntPtr cluster;

    static MockCluster() => NativeLibrary.SetDllImportResolver(typeof(MockCluster).Assembly, Resolve);

    /// <summary>Starts brokers on ports of their own choice.</summary>
    /// <param name="brokers">1 to 9.</param>
    /// <exception cref="InvalidOperationException">librdkafka refused; the message holds its words.</exception>
    public MockCluster(int brokers)
    {
        var error = new byte[512];
        var configuration = NewConfiguration();
        if (Set(configuration, "test.mock.num.brokers", $"{brokers}", error, error.Length) != 0
            || (client = NewUninterrupted(configuration, error)) == IntPtr.Zero)
        {
            throw new InvalidOperationException($"librdkafka: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        }

        cluster = ClusterOf(client);
    }

    /// <summary>HOST:PORT of each broker, with commas.</summary>
    public string Bootstrap => Marshal.PtrToStringUTF8(Bootstraps(cluster))!;

    /// <summary>Creates a topic.</summary>
    /// <exception cref="InvalidOperationException">librdkafka refused.</exception>
    public void CreateTopic(string name, int partitions, int replication)
    {
        var code = CreateTopic(cluster, name, partitions, replication);
        if (code != 0)
        {
            throw new InvalidOperationException($"librdkafka: topic {name} with {partitions} partitions and {replication} replicas: error {code}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Destroy(client);

    /// <summary>
    /// Starts it in threads that no signal interrupts. Its loop ends at the first poll that is: the SIGCONT that ends a pause would be the broker's end,
    /// whenever the kernel happens to hand it to that thread.
    /// </summary>
    private static IntPtr NewUninterrupted(IntPtr configuration, byte[] error)
    {
        if (OperatingSystem.IsWindows())
        {
            return New(Producer, configuration, error, error.Length);
        }

        var how = OperatingSystem.IsMacOS() ? 3 : 2; // SIG_SETMASK
        var (all, before) = (new byte[128], new byte[128]); // sigset_t, as large as it is anywhere
        Array.Fill(all, byte.MaxValue);
        _ = SetSignalMask(how, all, before);
        try
        {
            return New(Producer, configuration, error, error.Length);
        }
        finally
        {
            _ = SetSignalMask(how, before, null);
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return IntPtr.Zero;
        }

        // The package's copy lies beside the program; the system's has the version in its name.
        return NativeLibrary.TryLoad(name, assembly, path, out var handle) || NativeLibrary.TryLoad("librdkafka.so.1", out handle) ? handle : IntPtr.Zero;
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial IntPtr NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(IntPtr configuration, string name, string value, byte[] error, nint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial IntPtr New(int type, IntPtr configuration, byte[] error, nint errorSize);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SetSignalMask(int how, byte[] set, byte[]? before);

    [LibraryImport(Library, EntryPoint = "rd_kafka_handle_mock_cluster")]
    private static partial IntPtr ClusterOf(IntPtr client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial IntPtr Bootstraps(IntPtr cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateTopic(IntPtr cluster, string topic, int partitions, int replication);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(IntPtr client);
}
