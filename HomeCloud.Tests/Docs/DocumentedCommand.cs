namespace HomeCloud.Tests.Docs;

public sealed record DocumentedCommand(string File, int Line, string Text)
{
    public string Where => $"{File}:{Line}";
}
