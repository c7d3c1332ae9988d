using System.Text.Json;
using DurableDrill.Integrity;

namespace DurableDrill.Tests.Integrity;

public class IntegrityJsonTests
{
    [Fact]
    public async Task Result_AsJson_IsStable()
    {
        var rules = new IntegrityRules { MaxIntervals = 1 };
        var evidence = await IntegrityCheck.ReadAsync(
            new(ListSource.Ledger(new("p-1"), new("p-2"), new("p-4")), ListSource.Topic(new("p-1"), new("p-2"), new("p-4")), ListSource.Sink(new IdRecord("p-1"))),
            rules, default);
        var result = IntegrityJudge.Judge(evidence, rules);

        var json = JsonSerializer.Serialize(result, DrillJson.Options);

        Assert.Equal(
            """
            {"status":"failed","reasons":["2 lost"],"not_observable":[],"guarantee":"exactly_once","expected":3,"messages_in_topic":3,"in_sink":1,
            "classes":{"delivered":{"count":1,"intervals":[{"first":"p-1","last":"p-1","count":1}],"truncated":false},
            "recovered":{"count":0,"intervals":[],"truncated":false},
            "lost":{"count":2,"intervals":[{"first":"p-2","last":"p-2","count":1}],"truncated":true},
            "not_delivered":{"count":0,"intervals":[],"truncated":false},
            "undetermined":{"count":0,"intervals":[],"truncated":false},
            "duplicated":{"count":0,"intervals":[],"truncated":false},
            "healed":{"count":0,"intervals":[],"truncated":false},
            "conflicting":{"count":0,"intervals":[],"truncated":false},
            "unexpected":{"count":0,"intervals":[],"truncated":false},
            "duplicated_in_topic":{"count":0,"intervals":[],"truncated":false}},
            "losses":[{"where":"processor","count":2,"intervals":[{"first":"p-2","last":"p-2","count":1}]}]}
            """.ReplaceLineEndings(""),
            json);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<IntegrityResult>(json, DrillJson.Options), DrillJson.Options));
    }
}
