using System.Diagnostics;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Tests.Sources;

/// <summary>Waits, for a bounded while, for what real servers take their time to do. Integration tests only.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task EqualAsync(double expected, Func<Task<double>> read)
    {
        for (var began = Stopwatch.StartNew(); ;)
        {
            try
            {
                Assert.Equal(expected, await read());
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException && began.Elapsed < Patience)
            {
                await Task.Delay(100);
            }
        }
    }

    public static async Task<string> GapAsync(IProbe probe, string text)
    {
        var last = "no gap";
        for (var began = Stopwatch.StartNew(); began.Elapsed < Patience; await Task.Delay(100))
        {
            try
            {
                await probe.ReadAsync(CancellationToken.None);
            }
            catch (ProbeException error) when (error.Message.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return error.Message;
            }
            catch (ProbeException error)
            {
                last = error.Message;
            }
        }

        return last;
    }
}
