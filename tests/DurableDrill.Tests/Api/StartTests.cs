using DurableDrill.Faults;

namespace DurableDrill.Tests.Api;

public sealed class StartTests
{
    private const string Worker = """{ "target": "orders", "drill": "worker" }""";

    private readonly FakeHost host = new();

    [Fact]
    public async Task Start_ADrillByName_IsAcceptedAndScheduledAndHoldsTheTarget()
    {
        var response = await host.AskAsync("POST", "drills", """{ "target": "orders", "drill": "worker", "hold": "90s" }""");

        Assert.Equal(202, response.Status);
        var request = Assert.Single(host.Scheduled);
        Assert.Equal($"/api/drills/{request.DrillId}", response.Headers["Location"]);
        Assert.Equal(request.DrillId, response.Json().GetProperty("drill_id").GetString());
        Assert.StartsWith("worker-20260101-000000-", request.DrillId);
        Assert.Equal(TimeSpan.FromSeconds(90), Assert.Single(request.Plan.Faults).For);
        Assert.Equal(request.DrillId, host.Hold?.Owner);
    }

    [Fact]
    public async Task Start_APlanInYaml_IsReadAgainstTheTarget()
    {
        var response = await host.AskAsync("POST", "drills", "target: orders\nplan:\n  name: mine\n  faults: [ { stop: kafka, for: 5s } ]\n", type: "application/yaml");

        Assert.Equal(202, response.Status);
        Assert.Equal(new Stop("kafka"), Assert.Single(host.Scheduled).Plan.Faults.Single().Fault);
    }

    [Fact]
    public async Task Start_ASequence_HoldsTheTargetForItsFirstPart()
    {
        await host.AskAsync("POST", "drills", """{ "target": "orders", "drill": "both", "seed": 7 }""");

        var request = Assert.Single(host.Scheduled);
        Assert.Equal(["worker", "chaos"], request.Parts.Select(part => part.Name));
        Assert.Equal(7ul, request.Parts[1].Chaos!.Seed);
        Assert.Equal(request.PartId(0), host.Hold?.Owner);
    }

    [Fact]
    public async Task Start_WithAKeyTwice_IsOneDrillAlsoAfterItsEnd()
    {
        var first = await host.AskAsync("POST", "drills", Worker, key: "k1");
        var id = Assert.Single(host.Scheduled).DrillId;
        host.Hold = new("another drill", "there", host.Time.GetUtcNow().AddHours(1));
        host.Finish(id);
        host.Targets.Clear();

        var second = await host.AskAsync("POST", "drills", Worker, key: "k1");

        Assert.Equal(202, second.Status);
        Assert.Equal(first.Text(), second.Text());
        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
        Assert.Single(host.Scheduled);
    }

    [Fact]
    public async Task Start_WithAKeyAndAnotherBody_IsRefused()
    {
        await host.AskAsync("POST", "drills", Worker, key: "k1");

        var response = await host.AskAsync("POST", "drills", """{ "target": "orders", "drill": "chaos" }""", key: "k1");

        Assert.Equal("409 idempotency-key-reused", response.Kind());
    }

    [Fact]
    public async Task Start_WhoseHostDiedBeforeItWasScheduled_IsScheduledWhenItIsAskedAgain()
    {
        host.Scheduling = () => throw new InvalidOperationException("the host dies");
        await host.AskAsync("POST", "drills", Worker, key: "k1");
        host.Scheduling = () => { };
        Assert.Empty(host.Scheduled);

        var response = await host.AskAsync("POST", "drills", Worker, key: "k1");

        Assert.Equal(202, response.Status);
        Assert.Equal(response.Json().GetProperty("drill_id").GetString(), Assert.Single(host.Scheduled).DrillId);
    }

    [Fact]
    public async Task Start_OnAHeldTarget_NamesTheHolder()
    {
        await host.AskAsync("POST", "drills", Worker);

        var response = await host.AskAsync("POST", "drills", Worker);

        Assert.Equal("409 target-held", response.Kind());
        Assert.Equal(host.Scheduled.Single().DrillId, response.Json().GetProperty("holder").GetProperty("owner").GetString());
        Assert.Contains(host.Scheduled.Single().DrillId, response.Json().GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Start_ManyAtOnceWithOneKey_IsOneDrill()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.AskAsync("POST", "drills", Worker, key: "k1")));

        Assert.All(responses, response => Assert.Equal(202, response.Status));
        Assert.Single(responses.Select(response => response.Text()).Distinct());
        Assert.Single(host.Scheduled);
    }

    [Fact]
    public async Task Start_OnATargetThatIsNotUp_IsAConflict() =>
        Assert.Equal("409 target-not-up", (await host.AskAsync("POST", "drills", """{ "target": "shop", "drill": "till" }""")).Kind());

    [Fact]
    public async Task Start_WithSeveralMistakes_TellsEachWithItsPath()
    {
        var response = await host.AskAsync("POST", "drills",
            """{ "target": "orders", "hold": "soon", "seed": -1, "colour": "red", "plan": { "name": "x", "faults": [ { "kill": "nobody", "for": "0s" } ], "signals": {} } }""");

        Assert.Equal("422 invalid-request", response.Kind());
        Assert.Equal(["colour", "hold", "plan.faults[0].for", "plan.faults[0].kill", "plan.signals", "seed"], response.Paths().Order(StringComparer.Ordinal));
        Assert.Contains("defines no commands, URLs or connections", response.Text());
        Assert.Null(host.Hold);
    }

    [Theory]
    [InlineData("""{ "drill": "worker" }""", "target")]
    [InlineData("""{ "target": "orders" }""", "drill")]
    [InlineData("""{ "target": "../orders", "drill": "worker" }""", "target")]
    [InlineData("""{ "target": "orders", "drill": "wroker" }""", "drill")]
    [InlineData("""{ "target": ["orders"], "drill": "worker" }""", "target")]
    [InlineData("""{ "target": "orders", "drill": { "name": "worker" } }""", "drill")]
    [InlineData("""{ "target": "orders", "drill": "worker", "plan": {} }""", "plan")]
    [InlineData("""{ "target": "orders", "plan": "worker" }""", "plan")]
    [InlineData("""{ "target": "orders", "drill": "worker", "hold": "25h" }""", "hold")]
    public async Task Start_WithAWrongField_IsRefusedWithItsPath(string body, string path)
    {
        var response = await host.AskAsync("POST", "drills", body);

        Assert.Equal("422 invalid-request", response.Kind());
        Assert.Equal([path], response.Paths());
        Assert.Empty(host.Scheduled);
    }

    [Theory]
    [InlineData("{ \"target\": ")]
    [InlineData("[]")]
    [InlineData("\"worker\"")]
    [InlineData("")]
    public async Task Start_WithABodyThatIsNoMap_IsMalformed(string body) =>
        Assert.Equal("400 malformed-body", (await host.AskAsync("POST", "drills", body)).Kind());

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Start_WithAnotherContentType_IsRefused(string? type) =>
        Assert.Equal("415 unsupported-media-type", (await host.AskAsync("POST", "drills", Worker, type: type)).Kind());

    [Fact]
    public async Task Start_WithALargeBody_IsRefusedBeforeItIsRead() =>
        Assert.Equal("413 body-too-large", (await host.AskAsync("POST", "drills", new string(' ', 10_000_000))).Kind());

    [Fact]
    public async Task Start_WhenTheTargetCannotBeOpened_IsUnavailable()
    {
        host.OpenError = new DurableDrill.Targets.TargetException("no database");

        var response = await host.AskAsync("POST", "drills", Worker);

        Assert.Equal("503 target-unavailable", response.Kind());
    }

    [Fact]
    public async Task Handle_OnABugOfOurs_TellsTheLogAndNotTheCaller()
    {
        host.OpenError = new InvalidOperationException("internals");

        var response = await host.AskAsync("POST", "drills", Worker);

        Assert.Equal("500 internal-error", response.Kind());
        Assert.DoesNotContain("internals", response.Text());
        Assert.Contains("internals", Assert.Single(host.Log));
    }
}
