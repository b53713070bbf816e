using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>One line of progress; a later event of the same step replaces the earlier one on a screen.</summary>
/// <param name="Sequence">Grows by one with every event of an operation, from 1.</param>
/// <param name="Step">Which step.</param>
/// <param name="State">How it stands.</param>
/// <param name="Text">For a person.</param>
/// <param name="Milliseconds">Since the operation began.</param>
public sealed record StepEvent(int Sequence, StepName Step, StepState State, Phrase Text, long Milliseconds)
{
    /// <summary>0 to 100 where it can be told.</summary>
    public int? Percent { get; init; }

    /// <summary>While pulling: each layer with its state.</summary>
    public IReadOnlyList<LayerProgress>? Layers { get; init; }
}

/// <summary>The steps of making a server, in order.</summary>
public enum StepName
{
    Check,
    Image,
    Address,
    Volumes,
    Container,
    Start,
    Name,
    Port,
    Ready,
    Cleanup,
}

public enum StepState
{
    Running,
    Done,
    Warning,
    Failed,
}
