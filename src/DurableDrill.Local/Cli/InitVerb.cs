using System.CommandLine;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Writes a first target file, to be filled in, and the JSON Schemas with which editors check it.</summary>
internal sealed class InitVerb : Verb
{
    private readonly Argument<string> name = new("name")
    {
        Description = "The pipeline's name: lower case letters, digits and '-'",
        DefaultValueFactory = _ => "my-pipeline",
    };

    private readonly Option<string> folder = new("--folder") { Description = "Where to write", HelpName = "folder", DefaultValueFactory = _ => "." };
    private readonly Option<bool> force = new("--force") { Description = "Overwrite files that are there" };

    private readonly Option<string?> compose = new("--from-compose") { Description = "A compose file whose services become the components", HelpName = "file" };

    public InitVerb()
        : base("init", "Write a target file for a pipeline of your own, to be filled in")
    {
        Add(name);
        Add(folder);
        Add(force);
        Add(compose);
    }

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var files = (await FilesAsync(session.Arguments.GetRequiredValue(name), session.Arguments.GetValue(compose), cancellation))
            .ToDictionary(file => Path.GetFullPath(Path.Combine(session.Arguments.GetRequiredValue(folder), file.Key)), file => file.Value);
        var present = files.Where(file => File.Exists(file.Key) && File.ReadAllText(file.Key) != file.Value).Select(file => file.Key).ToList();
        if (present.Count > 0 && !session.Arguments.GetValue(force))
        {
            throw new CliException([.. present.Select(path => new Finding(Severity.Error, "", $"{path} is there already; --force overwrites it"))]);
        }

        foreach (var (path, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, cancellation);
        }

        session.Screen.Show(new { files = files.Keys }, console =>
        {
            foreach (var path in files.Keys)
            {
                console.WriteLine($"wrote {path}");
            }

            console.WriteLine($"fill in {files.Keys.First()}, then: drill validate {files.Keys.First()}");
        });
        return ExitCode.Passed;
    }

    private static async Task<IReadOnlyDictionary<string, string>> FilesAsync(string name, string? compose, CancellationToken cancellation)
    {
        try
        {
            var files = StarterFiles.For(name);
            if (compose is null)
            {
                return files;
            }

            var target = ComposeStarter.Read(await File.ReadAllTextAsync(compose, cancellation), compose, name);
            return target.Value is null ? throw new CliException([.. target.Errors]) : new Dictionary<string, string>(files) { [$"{name}.yaml"] = target.Value };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message);
        }
        catch (ArgumentException error)
        {
            throw new CliException(error.Message);
        }
    }
}
