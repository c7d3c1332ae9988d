using DurableDrill.Adapters.Tests.Sources;

namespace DurableDrill.Adapters.Tests.Kafka;

public sealed class KafkaProbeOptionsTests
{
    [Fact]
    public void Validate_SeveralMistakes_AreAllTold() => Assert.Equal(
        [
            "signals.s.topic is missing: the topic's name",
            "signals.s.sasl is \"gssapi\"; allowed: none, plain, scram-sha-256, scram-sha-512",
            "signals.s.password is no reference to a secret; allowed: env:NAME, file:PATH",
            "signals.s.goup is not an option of \"kafka\"; allowed: ca, decides, group, max_age, password, positions, sasl, scale, security, topic, unknown, user, value",
        ],
        Source.Mistakes("kafka", "127.0.0.1:9092", ("goup", "g"), ("sasl", "gssapi"), ("password", "hunter2")));

    [Fact]
    public void Validate_InnerSource_IsCheckedUnderItsOwnNames() => Assert.Equal(
        [
            "signals.s.positions_query is missing: SQL for rows of partition and next offset",
            "signals.s.positions_usr is not an option of \"positions\"; allowed: database, password, query, tls, user",
        ],
        Source.Mistakes("kafka", "127.0.0.1:9092", ("topic", "t"), ("positions", "127.0.0.1:5432"), ("positions_usr", "x")));

    [Fact]
    public void Validate_GroupAndPositions_IsAMistake() => Assert.Equal(
        ["signals.s.positions and \"group\" are given; one of them is where the processor resumes"],
        Source.Mistakes("kafka", "127.0.0.1:9092", ("topic", "t"), ("group", "g"), ("positions", "127.0.0.1:5432"), ("positions_query", "select 1, 2")));
}
