using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>
/// Starts processes that outlive this one: each in a session of its own, so that neither a closed terminal nor a kill of our group
/// reaches it, adopted by the system, with nothing on its standard input and everything it says in a log file.
/// </summary>
public static class DetachedProcess
{
    // The shell says its pid, then becomes the program: same pid, and the pipe to us is closed.
    private const string Launcher = """echo $$; exec "$@" </dev/null >>"$0" 2>&1""";

    /// <summary>Starts a program and returns when it runs.</summary>
    /// <param name="command">Program and arguments; at least the program.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="log">The file that its output is appended to.</param>
    /// <param name="environment">Added to this process's environment; null takes a variable away.</param>
    /// <param name="cancellation">Gives up waiting for the pid; the program may run then.</param>
    /// <returns>Which process it is; one that has ended already is found dead by whoever looks.</returns>
    /// <exception cref="TargetException">It could not be started.</exception>
    public static async Task<ProcessIdentity> StartAsync(
        IReadOnlyList<string> command,
        string folder,
        string log,
        IReadOnlyDictionary<string, string?> environment,
        CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["--fork", "sh", "-c", Launcher, log, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var launcher = Process.Start(start)!;
            launcher.StandardInput.Close();
            var problems = launcher.StandardError.ReadToEndAsync(cancellation);
            var said = await launcher.StandardOutput.ReadToEndAsync(cancellation);
            return int.TryParse(said.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                ? ProcessTable.Read(pid)?.Identity ?? new(pid, -1, "")
                : throw new TargetException($"{command[0]} could not be started: {said}{await problems}");
        }
        catch (Win32Exception error)
        {
            throw new TargetException($"setsid (package util-linux), which detaches {command[0]}, could not be started: {error.Message}", error);
        }
    }
}
