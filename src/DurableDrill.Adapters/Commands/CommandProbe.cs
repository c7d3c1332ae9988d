using System.Diagnostics;
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
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? new(Number(await output) ?? throw Failed($"printed no number but \"{HttpSource.Quoted(await output)}\""))
                : throw Failed($"ended with {process.ExitCode}: {HttpSource.Quoted(await errors is { Length: > 0 } said ? said : await output)}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static double? Number(string output) =>
        double.TryParse(output.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private ProbeException Failed(string problem) => new(secrets.Redact($"command \"{HttpSource.Quoted(command)}\" {problem}"));
}
