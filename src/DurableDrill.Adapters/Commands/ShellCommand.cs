using System.Diagnostics;
using System.Runtime.CompilerServices;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Http;

namespace DurableDrill.Adapters.Commands;

/// <summary>A command of sh on this machine. It is killed, with its children, when nobody waits for its end.</summary>
internal sealed class ShellCommand : IDisposable
{
    private readonly Process process;

    public ShellCommand(string command)
    {
        process = Process.Start(new ProcessStartInfo("sh", ["-c", command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
    }

    /// <summary>The lines of a command's standard output, while they come.</summary>
    /// <exception cref="CommandException">It did not end well; then what it printed is not all.</exception>
    public static async IAsyncEnumerable<string> ReadLinesAsync(string command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var running = new ShellCommand(command);
        var errors = running.process.StandardError.ReadToEndAsync(cancellation);
        await foreach (var line in StreamLines.ReadAsync(running.process.StandardOutput.BaseStream, cancellation))
        {
            yield return line;
        }

        await running.process.WaitForExitAsync(cancellation);
        var result = new CommandResult(running.process.ExitCode, "", await errors);
        if (result.ExitCode != 0)
        {
            throw new CommandException($"the command ended with {result.ExitCode}: {HttpSource.Quoted(result.Words)}");
        }
    }

    /// <summary>What the command printed, and how it ended.</summary>
    public async Task<CommandResult> EndAsync(CancellationToken cancellation)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new(process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}

/// <summary>A command did not end well; the message says how.</summary>
internal sealed class CommandException(string message) : Exception(message);
