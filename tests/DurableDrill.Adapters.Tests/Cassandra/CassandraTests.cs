using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Cassandra;

/// <summary>On a real Cassandra in a container: more rows than a page, a refusal, a node that goes.</summary>
[Trait("Category", "Docker")]
public sealed class CassandraTests
{
    private const int Rows = 12_000;

    [Fact]
    public async Task ProbesAndIds_OfARealNode_ReadAllPagesAndTellRefusals()
    {
        using var engine = DockerEngine.FromEnvironment();
        var name = "drilltest-cassandra-" + Guid.NewGuid().ToString("N")[..6];
        var made = await engine.PostAsync<Created>($"containers/create?name={name}", new
        {
            Image = "cassandra:5.0",
            Env = (string[])["MAX_HEAP_SIZE=384M", "HEAP_NEWSIZE=96M"],
        }, CancellationToken.None);
        try
        {
            await engine.PostAsync($"containers/{made.Id}/start", null, CancellationToken.None);
            var components = new DockerComponents(engine, new()
            {
                Target = name,
                Carrier = "docker",
                Components = new Dictionary<string, ComponentDefinition> { ["c"] = new() { Container = name } },
            });
            var address = (await components.RequireAsync("c", CancellationToken.None)).NetworkSettings.Networks!["bridge"].IpAddress + ":9042";
            await using var probe = Probe(address, "select count(*) from ks.events where bucket = 1");
            await UntilAsync(async () => (await components.ExecAsync("c", "cqlsh -e \"select key from system.local\"", CancellationToken.None)).ExitCode == 0);
            var filled = await components.ExecAsync("c", $$"""
                cqlsh -e "create keyspace ks with replication = {'class': 'SimpleStrategy', 'replication_factor': 1}; create table ks.events (bucket int, uid text, primary key (bucket, uid))" &&
                python3 -c "for i in range({{Rows}}): print(f'1,e-{i}')" > /tmp/rows.csv && cqlsh -e "copy ks.events (bucket, uid) from '/tmp/rows.csv'"
                """, CancellationToken.None);
            Assert.True(filled.ExitCode == 0, filled.Words);

            Assert.Equal(Rows, (await probe.ReadAsync(CancellationToken.None)).Value);
            await BucketsAsync(components, address);
            var ids = await IdsAsync(address, "ks.events");
            Assert.Equal(Enumerable.Range(0, Rows).Select(number => $"e-{number}").Order(), ids.Order());
            Assert.Contains("does not exist", (await Assert.ThrowsAsync<IdSourceException>(() => IdsAsync(address, "ks.nothing"))).Message);

            await engine.PostAsync($"containers/{made.Id}/kill", null, CancellationToken.None);
            Assert.Contains(address, (await Assert.ThrowsAsync<ProbeException>(async () => await probe.ReadAsync(CancellationToken.None))).Message);
        }
        finally
        {
            await engine.DeleteAsync($"containers/{made.Id}?force=1&v=1", CancellationToken.None);
        }
    }

    private static async Task BucketsAsync(DockerComponents components, string address)
    {
        await using var probe = Probe(address, new Dictionary<string, string> { ["table"] = "ks.events", ["bucket"] = "bucket", ["every"] = "1m" });
        Assert.Equal(Rows, (await probe.ReadAsync(CancellationToken.None)).Value);

        // One that is new counts; one that is there already replaces itself.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60;
        var added = await components.ExecAsync(
            "c", $"cqlsh -e \"insert into ks.events (bucket, uid) values ({now}, 'n'); insert into ks.events (bucket, uid) values (1, 'e-0');\"", CancellationToken.None);
        Assert.True(added.ExitCode == 0, added.Words);
        Assert.Equal(Rows + 1, (await probe.ReadAsync(CancellationToken.None)).Value);
        var removed = await components.ExecAsync("c", $"cqlsh -e \"delete from ks.events where bucket = {now}\"", CancellationToken.None);
        Assert.True(removed.ExitCode == 0, removed.Words);
    }

    private static IProbe Probe(string address, string query) => Probe(address, new Dictionary<string, string> { ["query"] = query });

    private static IProbe Probe(string address, Dictionary<string, string> options) =>
        Probes.Create(new("cassandra", address, options), "signals.stored", new(new(), TimeProvider.System));

    private static async Task<List<string>> IdsAsync(string address, string table)
    {
        await using var source = IdSources.Create(
            new("cassandra", address, new Dictionary<string, string> { ["table"] = table, ["id"] = "uid" }), "integrity.actual", new(_ => ""));
        var ids = new List<string>();
        await foreach (var batch in source.ReadAsync(CancellationToken.None))
        {
            ids.AddRange(batch.Select(record => record.Id));
        }

        return ids;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 120, "Cassandra does not answer");
            await Task.Delay(1000);
        }
    }
}
