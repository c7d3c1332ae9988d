using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class StarterFilesTests
{
    [Fact]
    public void For_AName_GivesATargetFileThatIsRead()
    {
        var files = StarterFiles.For("shop-2");

        Assert.Equal(["shop-2.yaml", "schema/target.schema.json", "schema/plan.schema.json"], files.Keys);
        Assert.StartsWith("# yaml-language-server: $schema=schema/target.schema.json", files["shop-2.yaml"], StringComparison.Ordinal);
        var reading = TargetReader.Read(files["shop-2.yaml"], "shop-2.yaml");
        Assert.Empty(reading.Findings.Select(f => f.ToString()));
        Assert.Equal("shop-2", reading.Value!.Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Shop")]
    [InlineData("../shop")]
    public void For_WhatIsNoName_Throws(string name) => Assert.Throws<ArgumentException>(() => StarterFiles.For(name));
}
