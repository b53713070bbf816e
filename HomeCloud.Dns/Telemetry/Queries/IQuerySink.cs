namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>Somebody who follows single queries, away from the workers. Called by one thread.</summary>
internal interface IQuerySink
{
    void Accept(in QueryRecord record);

    /// <summary>The ring is empty for now: a good moment to write what was collected.</summary>
    void EndOfBatch();
}
