namespace DurableDrill.Pipeline.Orders;

/// <summary>
/// Orders as a shop gets them: few products are popular, few pieces are bought at once, now and then an office orders a hundred.
/// The same seed gives the same orders. About a tenth are worth more than 1000, and 4 in 10 between 100 and 1000.
/// </summary>
internal sealed class Shop(string producer, int seed)
{
    private const int Customers = 20_000;

    private static readonly (string Product, decimal Price)[] PriceList =
    [
        ("espresso beans 1 kg", 18.50m), ("filter paper no. 4", 3.20m), ("mug, white", 7.90m), ("milk frother", 24.00m),
        ("hand grinder", 69.00m), ("moka pot, 6 cups", 34.90m), ("kettle, gooseneck", 89.00m), ("scale 0.1 g", 49.50m),
        ("electric grinder", 219.00m), ("descaler 1 l", 9.95m), ("french press", 29.00m), ("espresso machine", 749.00m),
        ("two-group machine", 4_890.00m), ("cleaning tablets", 12.40m), ("tamper 58 mm", 32.00m), ("barista course", 145.00m),
    ];

    private readonly Random random = new(seed);

    /// <summary>The next order.</summary>
    public Order Next(long sequence, DateTimeOffset now)
    {
        // Squaring a uniform number prefers the front of the list: a cheap stand-in for Zipf's law.
        var (product, price) = PriceList[(int)(Math.Pow(random.NextDouble(), 1.5) * PriceList.Length)];
        var customer = (int)(Math.Pow(random.NextDouble(), 2) * Customers);
        var quantity = random.Next(50) == 0 ? random.Next(20, 101) : random.Next(1, 7);
        return new(producer, sequence, new(now.Ticks / 10 * 10, TimeSpan.Zero), $"c-{customer:D5}", product, quantity, price);
    }
}
