namespace HomeCloud.Registry.Storage;

/// <summary>An <see cref="OwnerStatus"/> as JSON.</summary>
internal sealed class OwnerDocument
{
    public string? Owner { get; set; }

    public bool Alive { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>In seconds.</summary>
    public double? SeenDead { get; set; }
}
