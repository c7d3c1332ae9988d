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
    [ModuleInitializer]
    internal static void Bind()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Confluent.Kafka.Library).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // Another assembly of this process has set it already; a resolver can be set only once.
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("librdkafka", StringComparison.Ordinal) && NativeLibrary.TryLoad("librdkafka.so.1", out var handle) ? handle : IntPtr.Zero;
}
