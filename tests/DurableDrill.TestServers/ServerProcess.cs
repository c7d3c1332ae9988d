using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DurableDrill.TestServers;

/// <summary>
/// A server under a small shell that holds our end of a pipe: when the test process ends, however it ends, the pipe closes,
/// and the shell kills the server and removes its folder. So nothing is left behind, not even after SIGKILL.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Supervisor =
        """
        folder=$1; log=$2; shift 2
        exec 2>/dev/null
        "$@" </dev/null >>"$log" 2>&1 &
        echo $!
        read -r line || { kill -KILL $!; wait $!; rm -rf "$folder"; exit; }
        wait $!
        """;

    private readonly Process shell;

    private ServerProcess(Process shell, int pid, string log)
    {
        this.shell = shell;
        Pid = pid;
        Log = log;
    }

    /// <summary>The server's own process id.</summary>
    public int Pid { get; }

    /// <summary>The file with its output.</summary>
    public string Log { get; }

    /// <summary>A new folder for a server's data, writable by the unprivileged user that PostgreSQL insists on.</summary>
    public static string NewFolder(string name)
    {
        var folder = Directory.CreateTempSubdirectory($"durabledrill-{name}-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        }

        return folder;
    }

    /// <summary>
    /// A TCP port of 127.0.0.1 that was free a moment ago. None from the range of outgoing connections (Linux: 32768 and up): one of those could take
    /// it before the server does, or while a killed server is down.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
    }

    /// <summary>Starts a server. Its output goes to NAME.log in the folder, which is removed when the test process ends without a stop.</summary>
    public static ServerProcess Start(string folder, string name, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var log = Path.Combine(folder, name + ".log");
        // A session of its own: Ctrl-C in the terminal reaches the test process, and through the pipe the server.
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Supervisor, "sh", folder, log, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var shell = Process.Start(start)!;
        return new(shell, int.Parse(shell.StandardOutput.ReadLine()!), log);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static async Task RunAsync(IReadOnlyList<string> command, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {string.Concat(said)}");
        }
    }

    /// <summary>Sends a signal: 9 KILL, 15 TERM, 19 STOP, 18 CONT, 3 QUIT.</summary>
    public void Signal(int signal) => Signal(Pid, signal);

    internal static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    /// <summary>Ends the server by a signal and waits until it is gone. Its folder stays.</summary>
    public async Task StopAsync(int signal)
    {
        if (shell.HasExited)
        {
            return;
        }

        Signal(signal);
        await shell.StandardInput.WriteLineAsync("stop");
        await shell.StandardInput.FlushAsync();
        await shell.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(9);
        shell.Dispose();
    }

    /// <summary>Tries until it works.</summary>
    /// <exception cref="TimeoutException">It did not within a minute; the message holds the last error and the end of the log.</exception>
    internal async Task WaitUntilAsync(Func<Task> works)
    {
        for (var began = Stopwatch.StartNew(); ;)
        {
            try
            {
                await works();
                return;
            }
            catch (Exception error) when (began.Elapsed < TimeSpan.FromMinutes(1) && !shell.HasExited)
            {
                _ = error;
                await Task.Delay(50);
            }
            catch (Exception error)
            {
                throw new TimeoutException($"{error.Message}\n{string.Join('\n', File.ReadLines(Log).TakeLast(20))}", error);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
