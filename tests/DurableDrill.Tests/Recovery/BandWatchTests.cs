using DurableDrill.Faults;
using DurableDrill.Recovery;

namespace DurableDrill.Tests.Recovery;

public class BandWatchTests
{
    [Fact]
    public void Good_DatedBeforeTheExcursion_EndsItWhereItBegan()
    {
        var watch = new BandWatch("in_flight", TimeSpan.FromSeconds(1));
        watch.Bad(below: false, began: Seconds(10), at: Script.At(12), known: Seconds(12), turned: Seconds(12));

        watch.Good(Seconds(5), Script.At(16));

        Assert.Equal(Seconds(10), Assert.Single(watch.Excursions).Ended);
        Assert.Equal(Seconds(10), watch.InBandSince);
    }

    private static Instants Seconds(double at) => new(Script.At(at), Script.At(at));
}
