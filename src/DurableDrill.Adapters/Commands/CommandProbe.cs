using System.Globalization;
using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Commands;

/// <summary>
/// The number that a command prints. <c>command: TEXT</c> for sh, on this machine, or, with <c>in</c>, in the container of a component; only a target file
/// may name one. On this machine it is killed, with its children, when the reading is given up.
/// </summary>
internal sealed class CommandProbe(string command, Secrets secrets) : IProbe
{
    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        if (string.IsNullOrWhiteSpace(options.Address))
        {
            options.Wrong("", "is missing: the command");
        }

        return options.Optional("in") is { } component
            ? new ExecProbe(component, options.Address, host)
            : new CommandProbe(options.Address, host.Secrets);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        using var running = new ShellCommand(command);
        var result = await running.EndAsync(cancellation);
        return result.ExitCode == 0
            ? new(Number(result.Output) ?? throw Failed($"printed no number but \"{HttpSource.Quoted(result.Output)}\""))
            : throw Failed($"ended with {result.ExitCode}: {HttpSource.Quoted(result.Words)}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static double? Number(string output) =>
        double.TryParse(output.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private ProbeException Failed(string problem) => new(secrets.Redact($"command \"{HttpSource.Quoted(command)}\" {problem}"));
}
