using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableDrill.Faults;

namespace DurableDrill.Tests.Faults;

public class FaultJsonTests
{
    internal static readonly Fault[] Faults =
    [
        new Stop("a"), new Kill("a"), new Crash("a"), new Restart("a"), new Pause("a"), new Partition("a", "b"), new Partition("a", null),
        new Latency("a", "b", TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(20)), new Loss("a", null, 12.5),
        new Bandwidth("a", "b", 64_000), new Cpu("a", 0.5), new Memory("a", 1 << 30), new DiskFill("a", "/data", 1), new StateLoss("a", "/state"),
    ];

    public static TheoryData<Fault> All => [.. Faults];

    [Theory]
    [MemberData(nameof(All))]
    public void Fault_WrittenAndRead_IsTheSame(Fault fault)
    {
        var json = JsonSerializer.Serialize(fault, DrillJson.Options);

        Assert.Equal(fault, JsonSerializer.Deserialize<Fault>(json, DrillJson.Options));
        Assert.StartsWith($"{{\"kind\":\"{fault.Kind}\"", json);
    }

    [Fact]
    public void Fault_EveryDeclaredKind_IsTested()
    {
        var declared = typeof(Fault).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => (a.DerivedType, $"{a.TypeDiscriminator}"));

        Assert.Equal(declared.ToHashSet(), Faults.Select(f => (f.GetType(), f.Kind)).ToHashSet());
    }

    [Fact]
    public void Irreversible_OnlyStateLoss_Is() =>
        Assert.Equal([new StateLoss("a", "/state")], Faults.Where(f => f.Irreversible));
}
