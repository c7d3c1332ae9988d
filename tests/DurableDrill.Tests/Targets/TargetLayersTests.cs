using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class TargetLayersTests
{
    private const string Base = """
        target: base
        carrier: processes
        parameters: { rate: 10, mode: fast }
        components:
          kafka: { run: [kafka, --one], env: { A: 1, B: 2 } }
          extra: { run: extra }
        drills: { kafka: { faults: [ { stop: kafka } ] } }
        """;

    [Fact]
    public void Read_AFileOverAnother_MergesMapsReplacesListsRemovesNulls()
    {
        var reading = Read("""
            extends: base.yaml
            target: mine
            parameters: { rate: 50 }
            components:
              kafka: { run: [kafka, --three], env: { B: null, C: 3 } }
              extra: null
            """, ("base.yaml", Base));

        Assert.Empty(reading.Findings);
        var target = reading.Value!;
        Assert.Equal(("mine", "processes"), (target.Target, target.Carrier));
        Assert.Equal(["kafka"], target.Components.Keys);
        Assert.Equal(["kafka", "--three"], target.Components["kafka"].Run);
        Assert.Equal(["A=1", "C=3"], target.Components["kafka"].Env.Select(e => $"{e.Key}={e.Value}").Order());
        Assert.Equal(["mode=fast", "rate=50"], target.Parameters.Select(e => $"{e.Key}={e.Value}"));
        Assert.Equal("mine", target.Drills["kafka"].Target);
    }

    [Fact]
    public void Read_ASourceOverAnother_ReplacesItAsAWhole()
    {
        var reading = Read("extends: base.yaml\ntarget: mine\nsignals: { stored: { file: b } }",
            ("base.yaml", Base + "\nsignals: { stored: { postgres: a, query: select 1 }, backlog: { file: c } }"));

        Assert.Equal(["stored file b 0", "backlog file c 0"],
            reading.Value!.Signals.Select(s => $"{s.Key} {s.Value.Kind} {s.Value.Address} {s.Value.Options.Count}"));
    }

    [Fact]
    public void Read_Here_IsTheFolderOfTheFileInWhichItStands()
    {
        const string lower = "carrier: processes\nparameters: { tool: \"${here}/tool\" }\ncomponents: { a: { run: [\"${here}/a\", \"${tool}\"] } }";
        var reading = TargetReader.Read("extends: base.yaml\ntarget: t\ncomponents: { b: { run: \"${here}/b\" } }", "/mine/t.yaml",
            new() { Load = (_, _) => (lower, "/shipped/base.yaml") });

        Assert.Empty(reading.Findings);
        Assert.Equal(["/shipped/a", "/shipped/tool"], reading.Value!.Components["a"].Run);
        Assert.Equal(["/mine/b"], reading.Value.Components["b"].Run);
    }

    [Fact]
    public void Read_AMistakeInTheLowerFile_IsReportedThere()
    {
        var reading = Read("extends: base.yaml\ntarget: mine", ("base.yaml", Base.Replace("stop: kafka", "stop: kafak")));

        Assert.Equal(("base.yaml", 7), (reading.Errors.First().At!.Source, reading.Errors.First().At!.Line));
    }

    [Theory]
    [InlineData("extends: nowhere.yaml", "there is no file \"nowhere.yaml\" to extend")]
    [InlineData("extends: loop.yaml", "files extend each other in a circle: top.yaml -> loop.yaml -> top.yaml")]
    [InlineData("extends: [a]", "found a list; the name of a file is expected")]
    public void Read_WhatCannotBeExtended_IsAnError(string text, string message) =>
        Assert.Contains(message, Read(text, ("loop.yaml", "extends: top.yaml"), ("top.yaml", text)).Errors.Select(e => e.Message));

    private static DurableDrill.Documents.Reading<TargetDefinition> Read(string text, params (string Name, string Text)[] files) =>
        TargetReader.Read(text, "top.yaml", new() { Load = (name, _) => files.Where(f => f.Name == name).Select(f => ((string, string)?)(f.Text, f.Name)).FirstOrDefault() });
}
