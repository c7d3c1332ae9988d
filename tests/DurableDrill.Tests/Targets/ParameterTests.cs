using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class ParameterTests
{
    private const string Text = """
        target: t
        carrier: processes
        parameters: { mode: at-least-once, hold: 20s, ledger: "${run}/l.${mode}" }
        ports: [db]
        components:
          db: { run: ["${targets}/db", "${port.db}", "${data}", "$${HOME}", "${mode}"], env: { NAME: "${component}" } }
        integrity:
          guarantee: ${mode}
          expected: { ledger: "${ledger}" }
          actual: { file: "${data.db}/ids" }
        drills: { db: { faults: [ { kill: db, for: "${hold}" } ] } }
        """;

    private static readonly ExpansionValues Values = new("/home/t", "/bin/pipeline", "/targets", new Dictionary<string, int> { ["db"] = 5432 });

    [Fact]
    public void Read_Parameters_StandForAnything()
    {
        var target = Read(Text).Value!;

        Assert.Equal(Guarantee.AtLeastOnce, target.Integrity!.Guarantee);
        Assert.Equal(TimeSpan.FromSeconds(20), target.Drills["db"].Faults[0].For);
        Assert.Equal("${run}/l.at-least-once", target.Integrity.Expected.Address);
    }

    [Fact]
    public void Read_AnOverride_Wins()
    {
        var target = Read(Text, ("mode", "exactly-once"), ("hold", "5s")).Value!;

        Assert.Equal(Guarantee.ExactlyOnce, target.Integrity!.Guarantee);
        Assert.Equal(TimeSpan.FromSeconds(5), target.Drills["db"].Faults[0].For);
        Assert.Equal("exactly-once", target.Parameters["mode"]);
    }

    [Fact]
    public void Read_AnUnknownOverride_IsAnError() =>
        Assert.Equal("there is no parameter \"mod\" to set; did you mean \"mode\"? allowed: hold, ledger, mode", Read(Text, ("mod", "x")).Errors.First().Message);

    [Fact]
    public void Read_AnUnknownPlaceholder_IsAnErrorAtItsPlace()
    {
        var finding = Assert.Single(Read(Text.Replace("${port.db}", "${port.bd}")).Findings);

        Assert.Equal(("components.db.run[1]", 6), (finding.Path, finding.At!.Line));
        Assert.StartsWith("unknown placeholder \"${port.bd}\"; did you mean \"port.db\"?", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ a: \"${b}\", b: \"${a}\" }", "parameters stand for each other in a circle")]
    [InlineData("{ run: x }", "\"run\" has a meaning of its own; choose another name")]
    [InlineData("{ port.db: x }", "\"port.db\" has a meaning of its own; choose another name")]
    public void Read_ParametersThatCannotBe_AreErrors(string parameters, string message) =>
        Assert.Equal(message, Read($"target: t\ncarrier: processes\ncomponents: {{ a: {{ run: a }} }}\nparameters: {parameters}").Errors.First().Message);

    [Fact]
    public void Read_ParametersThatGrowWithoutEnd_AreErrors()
    {
        var doubling = string.Join(", ", Enumerable.Range(1, 40).Select(i => $"p{i}: \"${{p{i - 1}}}${{p{i - 1}}}\"").Prepend("p0: x"));

        Assert.Contains("characters; at most 1000", Read($"target: t\ncarrier: docker\ncomponents: {{ a: {{ service: a }} }}\nparameters: {{ {doubling} }}").Errors.First().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_WhatUpKnows_IsPutInPlace()
    {
        var expanded = TargetExpansion.Expand(Read(Text).Value!, Values);

        Assert.Empty(expanded.Findings);
        var target = expanded.Value!;
        Assert.Equal(["/targets/db", "5432", "/home/t/data/db", "${HOME}", "at-least-once"], target.Components["db"].Run);
        Assert.Equal("db", target.Components["db"].Env["NAME"]);
        Assert.Equal("/home/t/l.at-least-once", target.Integrity!.Expected.Address);
        Assert.Equal("/home/t/data/db/ids", target.Integrity.Actual.Address);
    }

    [Fact]
    public void Expand_APortThatWasNotChosen_IsAnErrorWithItsPath()
    {
        var expanded = TargetExpansion.Expand(Read(Text).Value!, Values with { Ports = new Dictionary<string, int>() });

        Assert.Null(expanded.Value);
        Assert.Equal("components.db.run[1]: unknown placeholder \"${port.db}\"; allowed: component, data, data.db, pipeline, run, targets",
            Assert.Single(expanded.Findings).ToString());
    }

    private static DurableDrill.Documents.Reading<TargetDefinition> Read(string text, params (string Name, string Value)[] parameters) =>
        TargetReader.Read(text, "t.yaml", new() { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value) });
}
