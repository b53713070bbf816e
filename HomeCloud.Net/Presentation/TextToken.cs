namespace HomeCloud.Net.Presentation;

/// <summary>One word of a master file, RFC 1035 §5.1.</summary>
/// <param name="Raw">A character an octet, with its escapes, without the quotes around it.</param>
/// <param name="IsQuoted">Whether it stood in quotes: then it is nothing but a string.</param>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Column">Likewise.</param>
public readonly record struct TextToken(string Raw, bool IsQuoted, int Line, int Column);
