namespace HomeCloud.Dns.Telemetry.Health;

/// <summary>One thing that must hold before clients may be sent here. Cheap: asked every few seconds.</summary>
public interface IReadinessCheck
{
    /// <summary>Short and stable, for instance <c>answers</c>.</summary>
    string Name { get; }

    ReadinessResult Check();
}

/// <param name="Ready">False: do not send clients here.</param>
/// <param name="Detail">For a person; also when ready, where something is degraded.</param>
public sealed record ReadinessResult(bool Ready, string Detail);
