using System.ComponentModel;
using System.Diagnostics;

namespace DurableDrill.Local.Doctor;

/// <summary>What another program said when it was asked for its version.</summary>
/// <param name="Ran">It started and exited 0 within 10 s.</param>
/// <param name="FirstLine">The first line of what it wrote, or why it did not run.</param>
internal sealed record Tool(bool Ran, string FirstLine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Tool> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token); // java writes its version there
            await process.WaitForExitAsync(limit.Token);
            var lines = $"{await output}\n{await error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new(process.ExitCode == 0, lines.FirstOrDefault() ?? $"exit code {process.ExitCode}");
        }
        catch (Win32Exception error)
        {
            return new(false, error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(false, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }
}
