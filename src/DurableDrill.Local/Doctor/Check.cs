namespace DurableDrill.Local.Doctor;

/// <summary>One thing that a drill needs of this machine.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="State">How it is.</param>
/// <param name="Detail">What was found, and what to do where it is not good.</param>
internal sealed record Check(string Name, CheckState State, string Detail)
{
    public static Check Good(string name, string detail) => new(name, CheckState.Good, detail);

    public static Check Warning(string name, string detail) => new(name, CheckState.Warning, detail);

    public static Check Problem(string name, string detail) => new(name, CheckState.Problem, detail);
}

/// <summary>How a thing is.</summary>
internal enum CheckState
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Drills run, with less.</summary>
    Warning,

    /// <summary>Drills that need it cannot run.</summary>
    Problem,
}
