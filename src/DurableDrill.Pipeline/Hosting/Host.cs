using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>What every component does alike: run until asked to stop, and say on standard error what it does.</summary>
internal static class Host
{
    /// <summary>
    /// Runs until SIGTERM or SIGINT cancels it. Exit code 0 after a stop that was asked for, 1 after an error: one line says what was wrong.
    /// </summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task> component)
    {
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await component(stopping.Token);
            Log("stopped");
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log("stopped");
            return 0;
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException or SocketException or NpgsqlException)
        {
            Log($"error: {error.Message}");
            return 1;
        }
        catch (Exception error)
        {
            Log($"error, and a mistake of this program: {error}");
            return 1;
        }

        void Stop(PosixSignalContext context)
        {
            // Else the runtime ends the process before the component has flushed.
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    /// <summary>A line on standard error, with the time in UTC.</summary>
    public static void Log(string message) =>
        Console.Error.WriteLine($"{DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} {message}");
}
