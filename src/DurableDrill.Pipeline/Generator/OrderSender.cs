using System.Text;
using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Generator;

/// <summary>Hands orders to Kafka and passes on what became of them. The client's own queue is the buffer, with its bounds.</summary>
internal sealed class OrderSender(GeneratorOptions options, Outcomes outcomes) : IDisposable
{
    private IProducer<byte[], byte[]>? producer;
    private volatile bool fatal;

    /// <summary>Hands an order over. Never waits: an order for which there is no room is dropped.</summary>
    public void Send(Order order)
    {
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(options.KeyByCustomer ? order.Customer : order.Id),
            Value = order.ToJson(),
            Timestamp = new(order.CreatedAt.UtcDateTime),
        };
        while (true)
        {
            try
            {
                Producer().Produce(options.Topic.Name, message, report => Take(order.Sequence, report));
                return;
            }
            catch (ProduceException<byte[], byte[]> error) when (error.Error.Code is ErrorCode.Local_QueueFull)
            {
                outcomes.Dropped(order.Sequence);
                return;
            }
            catch (ProduceException<byte[], byte[]> error) when (error.Error.Code is ErrorCode.Local_Fatal)
            {
                fatal = true;
            }
            catch (ProduceException<byte[], byte[]> error)
            {
                Host.Log($"error: {order.Id} was refused: {error.Error.Reason}");
                outcomes.Failed(order.Sequence);
                return;
            }
        }
    }

    /// <summary>Waits until every outcome is known, or the time is up.</summary>
    public void Flush(TimeSpan timeout) => producer?.Flush(timeout);

    /// <inheritdoc/>
    public void Dispose() => producer?.Dispose();

    private IProducer<byte[], byte[]> Producer()
    {
        if (fatal && producer is not null)
        {
            // A broker that lost its log breaks an idempotent producer for good; the client has failed all that it held.
            producer.Flush(TimeSpan.FromSeconds(1));
            producer.Dispose();
            producer = null;
            fatal = false;
        }

        return producer ??= Connect();
    }

    private IProducer<byte[], byte[]> Connect()
    {
        var config = Clients.Common<ProducerConfig>(options.Topic.Bootstrap);
        config.Acks = options.AcksOne ? Acks.Leader : Acks.All;
        config.EnableIdempotence = !options.AcksOne;
        config.MessageTimeoutMs = (int)options.MessageTimeout.TotalMilliseconds;
        config.LingerMs = 5;
        config.QueueBufferingMaxMessages = options.BufferCount;
        config.QueueBufferingMaxKbytes = options.BufferKib;
        config.RequestTimeoutMs = 10_000;
        config.RetryBackoffMs = 100;
        return new ProducerBuilder<byte[], byte[]>(config)
            .SetErrorHandler((_, error) =>
            {
                fatal |= error.IsFatal;
                Host.Log($"kafka: {error.Reason}");
            })
            .SetLogHandler((_, _) => { })
            .Build();
    }

    private void Take(long sequence, DeliveryReport<byte[], byte[]> report)
    {
        switch (report.Status)
        {
            case PersistenceStatus.Persisted:
                outcomes.Acknowledged(sequence);
                break;
            case PersistenceStatus.NotPersisted:
                outcomes.Failed(sequence);
                break;
            default:
                outcomes.Unknown(sequence);
                break;
        }
    }
}
