using System.Text;
using DurableDrill.Local.Tests.Cli;

namespace DurableDrill.Local.Tests.Secrets;

/// <summary>
/// The whole program against servers that repeat the credentials, refuse them or are not there: no secret may be in any file of
/// the home folder or in anything that is printed.
/// </summary>
[Trait("Category", "Integration")]
public sealed class SecretsStayHiddenTests : IDisposable
{
    private const string Variable = "DRILL_TEST_SECRET";
    private const string FromEnvironment = "s3cret/from&env+x=";
    private const string FromFile = "s3cret\"from\\file";

    private readonly DrillProgram drill = new();
    private readonly EchoServer server = new();
    private readonly string secretFile = Path.GetTempFileName();

    public SecretsStayHiddenTests()
    {
        Environment.SetEnvironmentVariable(Variable, FromEnvironment);
        File.WriteAllText(secretFile, FromFile + "\n");
    }

    [Theory]
    [InlineData(Scene.GoesThrough)]
    [InlineData(Scene.SignalsFail)]
    [InlineData(Scene.ProofFails)]
    public async Task Run_WithSecretsInItsSources_LeavesNoneOfThemAnywhere(Scene scene)
    {
        var ids = drill.Write("ids.txt", "1\n2\n3\n");
        var failing = scene != Scene.SignalsFail ? "" : $$"""

              denied: { http: "{{server.Address}}/denied", value: $.count, user: me, password: "file:{{secretFile}}" }
              broken: { prometheus: "{{server.Address}}", query: up, bearer: env:{{Variable}} }
              away: { postgres: "127.0.0.1:1", query: select 1, password: "file:{{secretFile}}" }
            """;
        var proof = scene != Scene.ProofFails
            ? $$"""{ expected: { file: "{{ids}}" }, actual: { file: "{{ids}}" } }"""
            : $$"""
            {
              expected: { postgres: "127.0.0.1:1", table: t, password: "file:{{secretFile}}" },
              actual: { kafka: "127.0.0.1:1", topic: t, security: sasl_plaintext, sasl: plain, user: me, password: env:{{Variable}}, timeout: 2 } }
            """;
        var target = drill.Write("careless.yaml", $$"""
            target: careless
            carrier: processes
            components:
              worker: { run: [sleep, "600"] }
            signals:
              stored: { http: "{{server.Address}}/count", value: $.count, bearer: env:{{Variable}} }
              sometimes: { http: "{{server.Address}}/sometimes", value: $.count, user: me, password: "file:{{secretFile}}" }{{failing}}
            integrity: {{proof}}
            drills:
              worker: { faults: [{ kill: worker, for: 2s }], baseline: 4s, stable_for: 2s, recovery_timeout: 4s, quiet_timeout: 2s }
            """);
        var runs = new List<DrillRun> { await drill.RunAsync("up", target) };
        try
        {
            runs.Add(await drill.RunAsync("run", "worker", "--target", "careless", "--json"));
            runs.Add(await drill.RunAsync("report"));
            runs.Add(await drill.RunAsync("doctor"));
        }
        finally
        {
            runs.Add(await drill.RunAsync("down", "careless", "--force"));
        }

        // The secrets were used, and so is each way in which they could have got out.
        Assert.Equal(0, runs[0].ExitCode);
        Assert.Equal([$"Basic {Base64($"me:{FromFile}")}", $"Bearer {FromEnvironment}"], server.Credentials.Order());
        Assert.Equal(scene == Scene.GoesThrough, runs[1].Json().GetProperty("faults")[0].TryGetProperty("applied", out _));
        var files = Directory.EnumerateFiles(drill.Home, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(drill.Home, file), File.ReadAllText);
        Assert.Contains(files, file => file.Key.EndsWith("report.json", StringComparison.Ordinal));
        Assert.True(scene == Scene.ProofFails || files.Any(file => file.Value.Contains("denied for", StringComparison.Ordinal)));
        Assert.Empty(
            from text in files.Append(new("(printed)", string.Concat(runs.Select(run => run.Output + run.Error))))
            from secret in new[] { FromEnvironment, FromFile }
            from form in new[] { secret, Uri.EscapeDataString(secret), Base64(secret), Base64($"me:{secret}"), JsonEscaped(secret), "s3cret" }.Distinct()
            where text.Value.Contains(form, StringComparison.Ordinal)
            select $"{text.Key} holds {form}");
    }

    /// <summary>What goes wrong.</summary>
    public enum Scene
    {
        /// <summary>The drill goes through, with gaps in which the server repeats the credentials.</summary>
        GoesThrough,

        /// <summary>Signals cannot be read.</summary>
        SignalsFail,

        /// <summary>The sources of ids cannot be read.</summary>
        ProofFails,
    }

    public void Dispose()
    {
        server.Dispose();
        drill.Dispose();
        File.Delete(secretFile);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string JsonEscaped(string text) => System.Text.Json.JsonSerializer.Serialize(text).Trim('"');
}
