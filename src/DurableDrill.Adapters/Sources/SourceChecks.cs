using DurableDrill.Targets;

namespace DurableDrill.Adapters.Sources;

/// <summary>What the adapters say of a source in a target file while it is read (<see cref="TargetReadOptions.CheckSource"/>). Connects to nothing, resolves no secret.</summary>
public static class SourceChecks
{
    /// <summary>Every mistake and warning of a source's kind, address and options.</summary>
    /// <param name="use">What it is for.</param>
    /// <param name="spec">The source, with samples in place of what is known only at "up".</param>
    /// <param name="path">Where it stands in the target file.</param>
    public static IEnumerable<Finding> Check(SourceUse use, SourceSpec spec, string path)
    {
        try
        {
            return use switch
            {
                SourceUse.Signal => Probes.Validate(spec, path),
                SourceUse.Ids => Opened(IdSources.Create(spec, path, new(_ => "", (_, _) => Task.FromResult(0d)))),
                SourceUse.Health => Opened(Probes.CreateHealth(spec, path, new(new(), TimeProvider.System))),
                _ => Action(spec, path),
            };
        }
        catch (SourceSpecException error)
        {
            return error.Findings;
        }
    }

    // Both connect at the first reading, so that there is nothing to close.
    private static IEnumerable<Finding> Opened(IAsyncDisposable _) => [];

    private static IEnumerable<Finding> Action(SourceSpec spec, string path)
    {
        var words = spec.Address.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (spec.Kind != "http" || words.Length == 0 || !Uri.TryCreate(words[^1], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return new(Severity.Error, $"{path}.{spec.Kind}", "is no request; allowed: http: POST http://HOST:PORT/PATH");
        }
    }
}
