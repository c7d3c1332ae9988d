using DurableDrill.Documents;

namespace DurableDrill.Tests.Documents;

public class DocumentTextTests
{
    [Fact]
    public void Read_YamlAndJson_GiveTheSamePathsAndPlaces()
    {
        const string yaml = "a: [1, {b: x}]\n\"c d\": null\n";
        const string json = "{\"a\": [1, {\"b\": \"x\"}],\n \"c d\": null}";

        Assert.Equal("a@1:4 a[0]@1:5 a[1]@1:8 a[1].b@1:12 [\"c d\"]@2:8", Places(yaml, "t.yaml"));
        Assert.Equal("a@1:7 a[0]@1:8 a[1]@1:11 a[1].b@1:17 [\"c d\"]@2:9", Places(json, "t.json"));
    }

    [Fact]
    public void Read_AnchorsAndMergeKeys_StandForTheirValues()
    {
        var findings = new FindingList();
        var map = DocumentText.Read("base: &b { x: 1, y: 2 }\none: *b\ntwo: { <<: *b, y: 3 }\n", "t.yaml", findings)!;

        Assert.False(findings.HasErrors);
        Assert.Equal("one.x", ((MapNode)map.Find("one")!.Value).Find("x")!.Value.Path);
        Assert.Equal("y=3 x=1", string.Join(' ', ((MapNode)map.Find("two")!.Value).Entries.Select(e => $"{e.Key}={((ScalarNode)e.Value).Text}")));
    }

    [Theory]
    [InlineData("a: *nowhere", "the alias *nowhere has no anchor")]
    [InlineData("a: &a [*a]", "the alias *a has no anchor")]
    [InlineData("z: &all 1\na: { x: 1 }*all\nb: 2", "a value is expected here")]
    [InlineData("[a]: b", "found a list as a field's name")]
    [InlineData("a: 1\n---\nb: 2", "a second document starts here")]
    [InlineData("{\"a\": 1, \"a\": 2}", "\"a\" stands twice; first in line 1")]
    [InlineData("{\"a\": \"\\ud800\"}", "half of a surrogate pair")]
    public void Read_WhatIsNoTree_IsAnError(string text, string message)
    {
        var findings = new FindingList();
        var map = DocumentText.Read(text, "t.yaml", findings);

        Assert.Contains(message, findings.Close(map).Errors.First().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AliasesOfAliases_AreBounded()
    {
        // The "billion laughs": 10^9 values in ten lines.
        var laughs = string.Join('\n', Enumerable.Range(1, 9).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat(i == 1 ? "ha" : $"*l{i - 1}", 10))}]"));
        var findings = new FindingList();

        Assert.Null(DocumentText.Read(laughs, "t.yaml", findings));
        Assert.Contains("too large", Assert.Single(findings.Close("").Findings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('[', "t.yaml")]
    [InlineData('[', "t.json")]
    public void Read_TooDeep_IsAnError(char open, string source)
    {
        var findings = new FindingList();

        Assert.Null(DocumentText.Read("{\"a\":" + new string(open, 10_000), source, findings));
        Assert.True(findings.HasErrors);
    }

    [Fact]
    public void Read_TooLong_IsAnError()
    {
        var findings = new FindingList();

        Assert.Null(DocumentText.Read(new string('a', TreeBuilder.MaxLength + 1), "t.yaml", findings));
        Assert.True(findings.HasErrors);
    }

    private static string Places(string text, string source)
    {
        var findings = new FindingList();
        var map = DocumentText.Read(text, source, findings)!;
        Assert.False(findings.HasErrors);
        return string.Join(' ', map.Entries.SelectMany(e => Walk(e.Value)).Select(n => $"{n.Path}@{n.At.Line}:{n.At.Column}"));
    }

    private static IEnumerable<Node> Walk(Node node) => node switch
    {
        ListNode list => list.Items.SelectMany(Walk).Prepend(node),
        MapNode map => map.Entries.SelectMany(e => Walk(e.Value)).Prepend(node),
        _ => [node],
    };
}
