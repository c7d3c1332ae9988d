using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Azure.Tests;

/// <summary>Container groups through the SDK's own client, against a server that speaks the REST API.</summary>
[Trait("Category", "Integration")]
public sealed class ContainerGroupTargetTests : IAsyncLifetime
{
    private LoopbackAzure azure = null!;

    public async Task InitializeAsync() => azure = await LoopbackAzure.StartAsync();

    public async Task DisposeAsync() => await azure.DisposeAsync();

    [Fact]
    public async Task Stop_IsAppliedAndReverted_AndSeenInBetween()
    {
        azure.AddGroup("kafka");
        var target = Target("kafka");
        var ticket = await TicketAsync(target, new Stop("kafka"));

        await target.ApplyAsync(ticket, default);
        Assert.Equal(FaultPresence.Present, await target.VerifyAsync(ticket, default));
        Assert.Equal(ComponentStatus.Stopped, (await target.InspectAsync(default)).Single().Status);

        await target.RevertAsync(ticket, default);
        Assert.Equal(FaultPresence.Absent, await target.VerifyAsync(ticket, default));
        Assert.Contains(azure.Requests, request => request.StartsWith("GET", StringComparison.Ordinal) && request.EndsWith("operations/kafka.start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revert_OfAGroupThatWasStoppedBefore_LeavesItStopped()
    {
        azure.AddGroup("kafka")["properties"]!["instanceView"]!["state"] = "Stopped";
        var target = Target("kafka");
        var ticket = await TicketAsync(target, new Stop("kafka"));

        await target.RevertAsync(ticket, default);

        Assert.Equal(FaultPresence.Absent, await target.VerifyAsync(ticket, default));
        Assert.DoesNotContain(azure.Requests, request => request.EndsWith("/start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restart_WaitsForTheOperation()
    {
        azure.AddGroup("kafka");
        var target = Target("kafka");

        await target.ApplyAsync(await TicketAsync(target, new Restart("kafka")), default);

        Assert.Equal(2, azure.Requests.Count(request => request.EndsWith("operations/kafka.restart", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Revert_OfAGroupThatVanished_IsDoneAndSaysSo()
    {
        azure.AddGroup("kafka");
        var target = Target("kafka");
        var ticket = await TicketAsync(target, new Stop("kafka"));
        await target.ApplyAsync(ticket, default);
        azure.Groups.Clear();

        await target.RevertAsync(ticket, default);

        Assert.Equal(FaultPresence.TargetGone, await target.VerifyAsync(ticket, default));
        Assert.Equal(ComponentStatus.Missing, (await target.InspectAsync(default)).Single().Status);
    }

    [Fact]
    public async Task Throttled_IsTriedAgainAfterWhatTheServiceSays()
    {
        azure.AddGroup("kafka");
        azure.Throttled = 2;
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(ComponentStatus.Running, (await Target("kafka").InspectAsync(default)).Single().Status);

        Assert.Equal(3, azure.Requests.Count);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1.9), "Retry-After says one second, twice");
    }

    [Fact]
    public async Task Refused_PassesTheServicesOwnErrorOn()
    {
        azure.AddGroup("kafka");
        azure.Instead[("POST", "/stop")] = (409, LoopbackAzure.Error("ContainerGroupTransitioning", "The container group 'kafka' is still transitioning, please retry later."));
        var target = Target("kafka");
        var ticket = await TicketAsync(target, new Stop("kafka"));

        var error = await Assert.ThrowsAsync<TargetException>(() => target.ApplyAsync(ticket, default));

        Assert.StartsWith("cannot stop the container group kafka: 409 ContainerGroupTransitioning: The container group 'kafka' is still transitioning", error.Message);
    }

    [Fact]
    public async Task Check_TellsEveryMistakeAtOnce()
    {
        azure.AddGroup("kafka", share: false, "kafka", "sidecar")["tags"] = new System.Text.Json.Nodes.JsonObject();
        azure.Actions = ["Microsoft.ContainerInstance/containerGroups/read", "Microsoft.Resources/tags/write"];
        var definition = Definition("kafka", "db", "kafka/nothing") with
        {
            Signals = new Dictionary<string, SourceSpec> { ["stored"] = new("azure_log", Guid.Empty.ToString(), new Dictionary<string, string>()) },
        };
        var target = new ContainerGroupTarget(definition, azure.Open(), TimeProvider.System);

        var findings = await target.CheckAsync([new Kill("kafka"), new Stop("kafka")], default);

        var errors = findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Message).ToList();
        Assert.Contains(errors, error => error.StartsWith("kill cannot be done to container groups", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("may not do Microsoft.ContainerInstance/containerGroups/stop/action"));
        Assert.Contains(errors, error => error.Contains("may not do Microsoft.ContainerInstance/containerGroups/restart/action"));
        Assert.Contains(errors, error => error.Contains("does not bear the tag durabledrill-target=orders"));
        Assert.Contains(errors, error => error.Contains("there is no container group db"));
        Assert.Contains(errors, error => error.Contains("has no container nothing; it has kafka, sidecar"));
        Assert.Contains(errors, error => error.Contains("minutes late"));
        Assert.Contains(findings, finding => finding.Message.Contains("is state loss"));
        Assert.Contains(findings, finding => finding.Message.Contains("stops all of its containers"));
    }

    [Fact]
    public async Task Check_OfATargetThatIsInOrder_WarnsOfTheAddressOnly()
    {
        azure.AddGroup("kafka");

        Assert.Contains("another address", Assert.Single(await Target("kafka").CheckAsync([new Stop("kafka")], default)).Message);
    }

    [Fact]
    public async Task Hold_IsATagThatAnotherDrillMeets_AndThatLeavesOtherTagsAlone()
    {
        azure.AddGroup("kafka");
        azure.AddGroup("db");
        var until = DateTimeOffset.UtcNow.AddHours(1);
        var target = Target("kafka", "db");

        Assert.Equal("one", (await target.HoldAsync(new("one", "app", until), default)).Owner);
        var met = await target.HoldAsync(new("two", "laptop", until), default);
        Assert.Equal(("one", "app"), (met.Owner, met.Host));
        await target.ReleaseAsync("two", default);
        Assert.NotNull(azure.TagOf("db", GroupHold.Tag));
        await target.ReleaseAsync("one", default);

        Assert.Null(azure.TagOf("kafka", GroupHold.Tag));
        Assert.Equal("stays", azure.TagOf("kafka", "other"));
    }

    [Fact]
    public async Task Hold_ThatHasExpired_IsTakenOver()
    {
        azure.AddGroup("kafka")["tags"]![GroupHold.Tag] = "dead|laptop|2020-01-01T00:00:00Z";

        Assert.Equal("two", (await Target("kafka").HoldAsync(new("two", "app", DateTimeOffset.UtcNow.AddHours(1)), default)).Owner);
    }

    [Fact]
    public async Task Inspect_GivesRestartsAndWhenItWasStarted()
    {
        azure.AddGroup("pair", share: true, "a", "b");

        var state = (await Target("pair/b").InspectAsync(default)).Single();

        Assert.Equal(2, state.Restarts);
        Assert.StartsWith("2026-01-01", state.Identity);
    }

    private ContainerGroupTarget Target(params string[] containers) => new(Definition(containers), azure.Open(), TimeProvider.System);

    private static TargetDefinition Definition(params string[] containers) => new()
    {
        Target = "orders",
        Carrier = ContainerGroupTarget.Carrier,
        Components = containers.ToDictionary(container => container.Replace('/', '-'), container => new ComponentDefinition { Container = container }),
    };

    private static async Task<FaultTicket> TicketAsync(ContainerGroupTarget target, Fault fault)
    {
        var now = DateTimeOffset.UtcNow;
        var ticket = new FaultTicket("d.a", "d", "orders", fault, now, now.AddMinutes(1), now.AddMinutes(2));
        return ticket with { Undo = await target.PrepareAsync(ticket, default) };
    }
}
