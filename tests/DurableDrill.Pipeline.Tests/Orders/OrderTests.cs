using System.Text;
using DurableDrill.Pipeline.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Pipeline.Tests.Orders;

public sealed class OrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData(1, "p1-000000000001")]
    [InlineData(42, "p1-000000000042")]
    [InlineData(999_999_999_999, "p1-999999999999")]
    [InlineData(1_000_000_000_000, "p1-1000000000000")]
    public void Id_Sequence_HasAtLeastTwelveDigits(long sequence, string id) => Assert.Equal(id, OrderId.Format("p1", sequence));

    [Theory]
    [InlineData("p1", true)]
    [InlineData("Shop_7.eu-west", true)]
    [InlineData("", false)]
    [InlineData("p 1", false)]
    [InlineData("p1\n", false)]
    public void ProducerName_Characters_AreLimited(string name, bool valid) => Assert.Equal(valid, OrderId.IsProducerName(name));

    [Theory]
    [InlineData("99.99", "low")]
    [InlineData("100.00", "medium")]
    [InlineData("1000.00", "medium")]
    [InlineData("1000.01", "high")]
    [InlineData("0", "low")]
    public void Category_Boundaries_BelongToMedium(string value, string category) =>
        Assert.Equal(category, Categories.Of(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));

    // From the reference code of Fowler, Noll and Vo.
    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("foobar", 0x85944171f73967e8)]
    public void Hash_KnownTexts_AreFnv1a(string text, ulong hash) => Assert.Equal(hash, Fnv1a.Hash(text));

    [Fact]
    public void Content_IsTheHashOfTheCanonicalText()
    {
        var order = new Order("p1", 42, Now, "c-00017", "espresso beans 1 kg", 3, 18.5m);
        Assert.Equal(Fnv1a.Hash("p1-000000000042|c-00017|espresso beans 1 kg|3|18.50"), order.Content);
    }

    [Fact]
    public void Json_ReadBack_IsTheSameOrder() => Prop.ForAll<int, int>((seed, sequence) =>
    {
        var order = new Shop("p1", seed).Next(Math.Abs((long)sequence) + 1, Now.AddMicroseconds(seed));
        var back = Order.FromJson(order.ToJson());
        return back == order && back.Content == order.Content;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"producer":"p1","seq":"x","created_at":"2026-01-01T00:00:00Z","customer":"c","product":"p","quantity":1,"price":1}""")]
    [InlineData("""{"producer":null,"seq":1,"created_at":"2026-01-01T00:00:00Z","customer":"c","product":"p","quantity":1,"price":1}""")]
    public void Json_NotAnOrder_IsToldWithItsText(string json)
    {
        var error = Assert.Throws<FormatException>(() => Order.FromJson(Encoding.UTF8.GetBytes(json)));
        Assert.Contains(json, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shop_SameSeed_GivesTheSameOrders()
    {
        var (one, other) = (new Shop("p1", 7), new Shop("p1", 7));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => one.Next(i, Now)), Enumerable.Range(1, 100).Select(i => other.Next(i, Now)));
    }

    [Fact]
    public void Shop_ManyOrders_CoverAllCategories()
    {
        var shop = new Shop("p1", 1);
        var share = Enumerable.Range(1, 10_000).Select(i => shop.Next(i, Now).Category).CountBy(c => c).ToDictionary(c => c.Key, c => c.Value / 10_000.0);
        Assert.InRange(share["high"], 0.05, 0.2);
        Assert.InRange(share["medium"], 0.25, 0.5);
        Assert.InRange(share["low"], 0.4, 0.7);
    }
}
