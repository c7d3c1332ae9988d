using System.CommandLine;

namespace DurableDrill.Local.Cli;

/// <summary>Options that several verbs have, so that they are spelled and explained once.</summary>
internal static class CommonOptions
{
    /// <summary>The pipeline that is meant when none is named: on a real Kafka where KAFKA_HOME says that there is one, else on the embedded broker.</summary>
    public static string DefaultTarget { get; } = Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } ? "orders" : "orders-embedded";

    /// <summary><c>--target</c>: the name of a target that is up or ships, or the path of a target file.</summary>
    public static Option<string> Target() => new("--target", "-t")
    {
        Description = "A target that is up or ships with drill, by name, or the path of a target file",
        HelpName = "name|file",
        DefaultValueFactory = _ => DefaultTarget,
    };

    /// <summary><c>--set NAME=VALUE</c>: a parameter of the target file; may be repeated.</summary>
    public static Option<string[]> Set()
    {
        var option = new Option<string[]>("--set")
        {
            Description = "A parameter of the target file; may be repeated",
            HelpName = "name=value",
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=') <= 0))
            {
                result.AddError($"--set {token.Value}: name=value is expected");
            }
        });
        return option;
    }

    /// <summary>The parameters that <c>--set</c> gives; the last one of a name counts.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(ParseResult arguments, Option<string[]> set)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var pair in arguments.GetRequiredValue(set).Select(text => text.Split('=', 2)))
        {
            parameters[pair[0]] = pair[1];
        }

        return parameters;
    }

    /// <summary>A drill's id; without it, the newest drill.</summary>
    public static Argument<string?> DrillId() => new("drill")
    {
        Description = "The drill's id (default: the newest)",
        Arity = ArgumentArity.ZeroOrOne,
    };
}
