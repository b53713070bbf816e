namespace HomeCloud.Dns.Telemetry.Health;

/// <summary>One thing that must hold before clients may be sent here. Cheap: asked every few seconds.</summary>
public interface IReadinessCheck
{
    /// <summary>Short and stable, for instance <c>answers</c>.</summary>
    string Name { get; }

    ReadinessResult Check();
}
