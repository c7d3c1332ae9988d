using DurableDrill.Impact;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Impact;

public class BusinessImpactTests
{
    [Fact]
    public void Of_DowntimeAndCounts_KeepsTheThreeKindsOfMoneyApart()
    {
        var impact = BusinessImpact.Of(10, 45.04, 200, "USD", deferred: 430, lost: 20, inDoubt: 1);

        Assert.Equal(450, impact.PotentiallyLostOrders);
        Assert.Equal(90_000, impact.PotentialRevenueLossUsd);
        Assert.Equal(86_000, impact.DeferredRevenue);
        Assert.Equal(4_000, impact.LostRevenue);
        Assert.Equal(200, impact.InDoubtRevenue);
    }

    [Fact]
    public void Of_NotObservable_IsNeitherZeroNorAFigure()
    {
        var json = DrillJson.ToElement(BusinessImpact.Of(10, 0, 200, "USD", null, null, null));

        Assert.False(json.TryGetProperty("lost_orders", out _));
        Assert.False(json.TryGetProperty("lost_revenue", out _));
        Assert.Equal(0, json.GetProperty("potentially_lost_orders").GetInt64());
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, -1)]
    public void Of_Negative_Throws(double rate, double downtime, double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BusinessImpact.Of(rate, downtime, value, "USD", null, null, null));

    [Fact]
    public void Of_AnyDrill_MoneyIsOrdersTimesValue() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<(ushort Rate, ushort Downtime, ushort Lost)>().ToArbitrary(), drawn =>
        {
            var impact = BusinessImpact.Of(drawn.Rate / 8.0, drawn.Downtime / 8.0, 2.5, "EUR", null, drawn.Lost, null);
            return impact.LostRevenue == 2.5 * drawn.Lost
                && impact.PotentialRevenueLossUsd == 2.5 * impact.PotentiallyLostOrders
                && Math.Abs(impact.PotentiallyLostOrders - (drawn.Rate / 8.0 * drawn.Downtime / 8.0)) <= 0.5;
        }).QuickCheckThrowOnFailure();
}
