namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>What a scenario is run against.</summary>
internal interface IAnswerTarget : IAsyncDisposable
{
    /// <summary>As <c>check.home</c> shall name it.</summary>
    string UpstreamInUse { get; }

    /// <param name="query">What is asked, by whom.</param>
    /// <param name="expectSilence">Whether the scenario says that no answer comes.</param>
    /// <returns>Whether the question was handed to an upstream, and the answer, null for none.</returns>
    Task<(bool IsForwarded, byte[]? Response)> AskAsync(AnswerQuery query, bool expectSilence);

    /// <summary>Does what a line between questions says.</summary>
    void Change(string[] words);
}
