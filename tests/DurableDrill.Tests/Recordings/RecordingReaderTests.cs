using DurableDrill.Recordings;

namespace DurableDrill.Tests.Recordings;

public class RecordingReaderTests
{
    private const string Header = "run,t_s,input_msgs,output_msgs,p50_ms,p99_ms";

    [Fact]
    public void Read_ColumnsInAnotherOrderAndMore_TakesThemByName()
    {
        var runs = RecordingReader.Read(new StringReader("\uFEFFhost,p99_ms,P50_ms,output_msgs,input_msgs,t_s,run\r\nh,,,0,10,0,\"a, \"\"b\"\"\"\r\n\r\nh,20,10.5,9,10,1,\"a, \"\"b\"\"\"\r\n"));

        var run = Assert.Single(runs);
        Assert.Equal("a, \"b\"", run.Name);
        Assert.Equal([new(0, 10, 0, null, null), new(1, 10, 9, 10.5, 20)], run.Rows);
    }

    [Fact]
    public void Read_SeveralRunsMixed_KeepsEachInOrder()
    {
        var runs = RecordingReader.Read(new StringReader($"{Header}\nb,0,1,1,,\na,0,2,2,,\nb,1,3,3,,\n"));

        Assert.Equal(["b", "a"], runs.Select(r => r.Name));
        Assert.Equal([1.0, 3.0], runs[0].Rows.Select(r => r.Input));
    }

    [Fact]
    public void Read_RowsBeforeTheFault_LeavesThemOut() =>
        Assert.Equal(0, Assert.Single(RecordingReader.Read(new StringReader($"{Header}\na,-1,1,1,,\na,0,2,2,,\n"))).Rows[0].At);

    [Fact]
    public void Read_MissingColumns_NamesThemAll()
    {
        var error = Assert.Throws<RecordingException>(() => RecordingReader.Read(new StringReader("run,t_s,output\na,0,1\n")));

        Assert.Equal(["input_msgs", "output_msgs", "p50_ms", "p99_ms"], error.Errors.Select(e => e.Split('"')[1]));
        Assert.All(error.Errors, e => Assert.StartsWith("line 1: ", e));
    }

    [Fact]
    public void Read_ManyMistakes_GivesEachWithItsLine()
    {
        var error = Assert.Throws<RecordingException>(() => RecordingReader.Read(new StringReader(
            $"{Header}\na,0,1,1,,\na,x,1,1,,\na,1,-5,NaN,,\n,2,1,1,,\na,0,1,1,,\na,3\na,4,1,1,fast,\n")));

        Assert.Equal(
            ["line 3", "line 4", "line 4", "line 5", "line 6", "line 7", "line 8"],
            error.Errors.Select(e => e.Split(':')[0]));
        Assert.Contains("\"t_s\" is \"x\"", error.Errors[0]);
        Assert.Contains("must grow", error.Errors[4]);
        Assert.Contains("2 fields", error.Errors[5]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Header)]
    [InlineData(Header + "\na,-1,1,1,,\n")]
    public void Read_NoRows_IsAnError(string text) =>
        Assert.Single(Assert.Throws<RecordingException>(() => RecordingReader.Read(new StringReader(text))).Errors);
}
