using DurableDrill.Documents;

namespace DurableDrill.Api;

/// <summary>The targets that a server holds, by name.</summary>
internal static class KnownTargets
{
    /// <exception cref="ProblemException">There is none of that name.</exception>
    public static async Task<TargetView> RequireAsync(IDrillHost host, string name, CancellationToken cancellation)
    {
        var targets = await host.ListTargetsAsync(cancellation);
        return targets.FirstOrDefault(target => target.Target == name) ?? throw new ProblemException(Problem.NotFound(Unknown(name, targets)));
    }

    /// <summary>What is said of a name that no target has.</summary>
    public static string Unknown(string name, IEnumerable<TargetView> targets) =>
        $"this server holds no target \"{name}\"; {NearNames.Hint(name, targets.Select(target => target.Target))}";
}
