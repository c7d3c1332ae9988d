using System.Text.Json;
using DurableDrill.Faults;
using DurableDrill.Local.SelfHealing;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.SelfHealing;

public sealed class HealthLookTests
{
    private static readonly TargetDefinition Definition = new()
    {
        Target = "shop",
        Carrier = "docker",
        Components = new Dictionary<string, ComponentDefinition>
        {
            ["plain"] = new(),
            ["checked"] = new() { Healthy = new("tcp", "127.0.0.1:1", new Dictionary<string, string>()) },
        },
    };

    [Theory]
    [InlineData(null, Health.Up)]
    [InlineData(true, Health.Up)]
    [InlineData(false, Health.Unhealthy)]
    public async Task Look_WithoutACheckOfItsOwn_BelievesTheCarrier(bool? healthy, Health expected) =>
        Assert.Equal(expected, (await LookAsync(new("plain", ComponentStatus.Running, "1", 0, "c is running, unhealthy") { Healthy = healthy })).Health);

    [Fact]
    public async Task Look_WithACheckOfItsOwn_BelievesThat()
    {
        var look = await LookAsync(new("checked", ComponentStatus.Running, "1", 0, null) { Healthy = true });

        Assert.Equal((Health.Unhealthy, "it runs, and its health check fails"), (look.Health, look.Detail));
    }

    [Fact]
    public async Task Look_AtWhatDoesNotRun_IsDownWhateverItsHealthWas() =>
        Assert.Equal(Health.Down, (await LookAsync(new("plain", ComponentStatus.Stopped, "1", 2, "exit code 3") { Healthy = false })).Health);

    private static async Task<ComponentLook> LookAsync(ComponentState state)
    {
        await using var look = new HealthLook(Definition, new Told(state), TimeProvider.System);
        return Assert.Single(await look.LookAsync(CancellationToken.None));
    }

    /// <summary>A target of which nothing is asked but how its component is.</summary>
    private sealed class Told(ComponentState state) : ITarget
    {
        public string Name => "shop";

        public Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ComponentState>>([state]);

        public Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RevertAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ReleaseAsync(string owner, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> ActAsync(string component, string action, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
