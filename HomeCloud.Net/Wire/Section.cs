namespace HomeCloud.Net.Wire;

/// <summary>The record sections of a message, in wire order.</summary>
public enum Section
{
    Answer,
    Authority,
    Additional,
}
