namespace HomeCloud.Agent.Servers.Engine;

/// <summary>A shell inside a container, on a terminal of its own. Disposing it ends the shell.</summary>
public interface IEngineTerminal : IAsyncDisposable
{
    /// <summary>The shell that runs: bash or sh.</summary>
    string Shell { get; }

    /// <returns>Octets that the terminal shows; 0 when the shell has ended or the engine is away.</returns>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Types. What cannot be written any more is lost: reading tells of the end.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellationToken);

    /// <summary>The window has another size.</summary>
    Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken);

    /// <returns>Of a shell that has ended; null when it is not known.</returns>
    Task<int?> ExitCodeAsync(CancellationToken cancellationToken);
}

/// <param name="Columns">1 to 1000.</param>
/// <param name="Rows">1 to 1000.</param>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    private const int Most = 1000;

    /// <summary>The size of a screen that says nothing.</summary>
    public static TerminalSize Usual { get; } = new(80, 24);

    /// <summary>As near as terminals can be: sizes come from outside.</summary>
    public static TerminalSize Clamped(int columns, int rows) => new(Math.Clamp(columns, 1, Most), Math.Clamp(rows, 1, Most));
}
