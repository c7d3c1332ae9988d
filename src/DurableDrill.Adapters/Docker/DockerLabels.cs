namespace DurableDrill.Adapters.Docker;

/// <summary>The labels by which things on an engine are told apart.</summary>
public static class DockerLabels
{
    /// <summary>On a container: it is a component of this target, and may be injured. The opt-in.</summary>
    public const string Target = "durabledrill.target";

    /// <summary>On a container of a shipped compose stack: the folder of the target in the home that brought it up.</summary>
    public const string Run = "durabledrill.run";

    /// <summary>On a helper container: the ticket for which it works.</summary>
    public const string Ticket = "durabledrill.ticket";

    /// <summary>On a volume: it is the hold of this target.</summary>
    public const string Hold = "durabledrill.hold";

    internal const string Owner = "durabledrill.owner";
    internal const string Host = "durabledrill.host";
    internal const string Until = "durabledrill.until";
    internal const string ComposeProject = "com.docker.compose.project";
    internal const string ComposeService = "com.docker.compose.service";
}
