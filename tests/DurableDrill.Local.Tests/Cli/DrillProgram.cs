using System.Diagnostics;
using System.Text.Json;

namespace DurableDrill.Local.Tests.Cli;

/// <summary>Runs the real executable, as a user's shell would, with a home folder of its own.</summary>
internal sealed class DrillProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Home { get; } = Directory.CreateTempSubdirectory("drill-cli-").FullName;

    /// <summary>Beside the sources it was built from: with the pipeline and the target files that ship.</summary>
    public static string Executable { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "..", "src", "DurableDrill.Local", BuildFolder(), "drill"));

    public string Write(string name, string content)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, content);
        return path;
    }

    public async Task<DrillRun> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable, arguments.Contains("--home") ? arguments : [.. arguments, "--home", Home])
        {
            WorkingDirectory = Home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new(process.ExitCode, await output, await error);
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private static string BuildFolder() =>
        Path.Combine("bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name);
}

/// <summary>What a run of the program left.</summary>
internal sealed record DrillRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new InvalidOperationException($"Standard output is not one JSON document: {error.Message}\n{Output}\n{Error}", error);
        }
    }

    /// <summary>The messages of an error document.</summary>
    public IReadOnlyList<string> Errors() =>
        [.. Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("message").GetString()!)];
}
