using System.CommandLine;
using System.Text.Json;
using DurableDrill.Documents;
using DurableDrill.Plans;
using DurableDrill.Targets;

namespace DurableDrill.Local.Cli;

/// <summary>What to do, as <c>plan</c> and <c>run</c> are told it: a drill by name or a plan file, and for how long.</summary>
internal sealed class PlanOptions
{
    private readonly Argument<string?> name = new("name")
    {
        Description = "A drill that the target offers; without a name, --plan",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<double?> seconds = new("seconds")
    {
        Description = "Hold the (longest) fault for this many seconds; the rest of the timeline is stretched along",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> file = new("--plan") { Description = "A plan file instead of a drill by name", HelpName = "file" };
    private readonly Option<ulong?> seed = new("--seed") { Description = "Draw a chaos drill anew from this seed", HelpName = "number" };

    /// <summary>Adds itself to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(name);
        verb.Add(seconds);
        verb.Add(file);
        verb.Add(seed);
    }

    /// <summary>The plan that was asked for.</summary>
    /// <exception cref="CliException">There is no such drill, or the plan has mistakes: all of them.</exception>
    public async Task<PlanChoice> ReadAsync(ParseResult arguments, TargetDefinition target, CancellationToken cancellation)
    {
        var plan = (arguments.GetValue(name), arguments.GetValue(file)) switch
        {
            (null, null) => throw new CliException($"which drill? {Offer(target)}; or --plan FILE"),
            (not null, not null) => throw new CliException("a drill by name, or --plan FILE: not both"),
            ({ } drill, _) => target.Drills.GetValueOrDefault(drill) ?? throw new CliException($"\"{target.Target}\" has no drill \"{drill}\"; {Offer(target)}"),
            (_, { } path) => await ReadFileAsync(path, target, cancellation),
        };
        return PlanChoice.Of(plan, target, HoldOf(arguments), arguments.GetValue(seed));
    }

    /// <summary>The same as the body of a request to a server, and its content type: the server knows the target and checks the rest.</summary>
    /// <exception cref="CliException">Neither a drill nor a plan is named, or both.</exception>
    public async Task<(string Text, string Type)> OrderAsync(ParseResult arguments, string target, CancellationToken cancellation)
    {
        var order = new Dictionary<string, object> { ["target"] = target };
        if (HoldOf(arguments) is { } hold)
        {
            order["hold"] = Quantities.Write(hold);
        }

        if (arguments.GetValue(seed) is { } number)
        {
            order["seed"] = number;
        }

        switch (arguments.GetValue(name), arguments.GetValue(file))
        {
            case ({ } drill, null):
                order["drill"] = drill;
                return (JsonSerializer.Serialize(order), "application/json");
            case (null, { } path):
                // JSON is YAML too, and a map that stands deeper means the same.
                var lines = (await File.ReadAllLinesAsync(path, cancellation)).SkipWhile(line => line.Trim() is "" or "---");
                return ($"{string.Concat(order.Select(field => $"{field.Key}: {JsonSerializer.Serialize(field.Value)}\n"))}plan:\n{string.Join('\n', lines.Select(line => $"  {line}"))}\n", "application/yaml");
            case (null, null):
                throw new CliException("which drill? drill targets says what the server offers; or --plan FILE");
            default:
                throw new CliException("a drill by name, or --plan FILE: not both");
        }
    }

    private TimeSpan? HoldOf(ParseResult arguments) => arguments.GetValue(seconds) switch
    {
        null => null,
        > 0 and <= 86_400 => TimeSpan.FromSeconds(arguments.GetValue(seconds)!.Value),
        { } wrong => throw new CliException($"found {wrong} seconds; more than 0, at most 86400 (24 h) is allowed"),
    };

    private static async Task<DrillPlan> ReadFileAsync(string path, TargetDefinition target, CancellationToken cancellation)
    {
        var reading = PlanReader.Read(await File.ReadAllTextAsync(path, cancellation), path, target);
        return reading.Value ?? throw new CliException([.. reading.Errors]);
    }

    private static string Offer(TargetDefinition target) =>
        target.Drills.Count == 0 ? $"\"{target.Target}\" offers none" : $"it offers {string.Join(", ", target.Drills.Keys)}";
}
