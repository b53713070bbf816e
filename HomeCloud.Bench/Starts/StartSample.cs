namespace HomeCloud.Bench.Starts;

/// <summary>One start of a container; all in milliseconds.</summary>
/// <param name="ReturnedToAnswer">From the engine's answer to the start request to the right answer from DNS; 0 when DNS was first.</param>
/// <param name="Event">From the time in the engine's event to its arrival at a listener that does nothing else.</param>
/// <param name="Inspect">A plain inspection of the same container, afterwards, with nothing else going on.</param>
/// <param name="EventToAnswer">From the event's arrival at that listener to the right answer; 0 when DNS was first.</param>
internal readonly record struct StartSample(double ReturnedToAnswer, double Event, double Inspect, double EventToAnswer)
{
    /// <summary>What neither the engine's event nor an inspection explains.</summary>
    public double Ours => Math.Max(0, EventToAnswer - Inspect);
}
