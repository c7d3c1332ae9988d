namespace DurableDrill.Api;

/// <summary>Texts that are part of the program.</summary>
internal static class Pages
{
    /// <summary>The OpenAPI document.</summary>
    public static string OpenApi { get; } = Read("openapi.json");

    /// <summary>The live dashboard: one page that asks for <c>/monitor</c> and <c>/drills</c> again and again.</summary>
    public static string Dashboard { get; } = Read("dashboard.html");

    /// <summary>The page of one target's counts: it asks for its own address again and again.</summary>
    public static string Monitor { get; } = Read("monitor.html");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Pages).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the resource {name} is not in the program"));
        return reader.ReadToEnd();
    }
}
