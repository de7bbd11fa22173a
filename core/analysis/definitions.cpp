#include "core/analysis/definitions.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace sy {

namespace {

constexpr std::string_view switch_paper = "Fedus, Zoph, Shazeer 2022 (Switch), arXiv:2101.03961";
constexpr std::string_view st_moe = "Zoph et al. 2022 (ST-MoE), arXiv:2202.08906";
constexpr std::string_view information_theory = "Cover, Thomas: Elements of Information Theory, ch. 2";

constexpr std::array figures = {
    FigureDefinition{"specialization.information", "Mutual information of expert and language", "nats",
                     "I = sum_l,e p(l, e) ln(p(l, e) / (p(l) p(e)))", information_theory,
                     "Never 0 in a finite sample: compare it with its null band. Content differs between languages "
                     "unless the sentences are parallel."},
    FigureDefinition{
        "specialization.normalized", "Normalised mutual information", "0 to 1", "NMI = I / min(H(E), H(L))",
        "Vinh, Epps, Bailey, JMLR 11 (2010), table 2: NMI_min",
        "1 where the language tells the expert or the expert the language. The bias of finite samples is still in it."},
    FigureDefinition{"specialization.adjusted", "Adjusted mutual information", "0 = chance, 1 = at most",
                     "AMI = (I - mean I0) / (min(H(E), H(L)) - mean I0)",
                     "Vinh, Epps, Bailey, JMLR 11 (2010), with our null for the mean",
                     "May fall below 0. The one figure to compare between runs with different numbers of experts or "
                     "sequences."},
    FigureDefinition{"specialization.null", "Null band of specialization", "nats",
                     "2.5 % to 97.5 % quantile of I0 = I with languages permuted over sequences; p = (1 + #{I0 >= I}) "
                     "/ (1 + permutations)",
                     "Phipson, Smyth, SAGMB 9 (2010) for p",
                     "Whole sequences are permuted: tokens of a sequence belong together, and a null over tokens calls "
                     "any run specialised. Parallel sentences: within each sentence. One layer in twenty leaves the "
                     "band by chance: with many layers look at p "
                     "after Holm's adjustment."},
    FigureDefinition{"specialization.by_gate", "Specialization weighted by gate", "nats",
                     "I with every choice weighted by its gate p_e(x) instead of 1", "",
                     "Gates of a confident layer count more; compare it with the count to see whether the router means "
                     "it."},
    FigureDefinition{
        "specialization.given_token", "Specialization given the token", "nats",
        "I(E; L | X) = sum_x p(x) I(E; L | x), over token ids x of two languages or more", information_theory,
        "Token ids alone separate scripts; this asks what is left where languages share an id. Its null "
        "permutes languages over the sequences that have the id, so that each id keeps its languages. It rests "
        "on fewer tokens, mostly punctuation, numbers and names."},

    FigureDefinition{"matrix.expert_given_language", "P(expert | language)", "share",
                     "P(e | l) = n(l, e) / n(l); 1 / N where experts ignore the language",
                     "Domain specialization: Muennighoff et al. 2024 (OLMoE), arXiv:2409.02060, eq. 7, in top-1 form",
                     "A popular expert is high in every row: see the lift."},
    FigureDefinition{"matrix.lift", "Lift over chance", "ratio; 1 = chance",
                     "P(e | l) / P(e) = n(l, e) n / (n(l) n(e))", "",
                     "Far from 1 by chance alone where an expert or a language has few tokens: look at the counts "
                     "beside it."},
    FigureDefinition{"matrix.counts", "Choices", "choices", "n(l, e), before capacity", "",
                     "Languages with more tokens have higher rows."},
    FigureDefinition{"matrix.language_given_expert", "P(language | expert)", "share", "P(l | e) = n(l, e) / n(e)", "",
                     "Depends on how many tokens each language has in the text: uneven text looks like "
                     "specialization."},

    FigureDefinition{"load.share", "Share of the load", "share; 1 / N = fair",
                     "f_e = n(e) / n, choices before capacity", "Switch, arXiv:2101.03961, eq. 5", ""},
    FigureDefinition{"load.utilization", "Utilization", "ratio; 1 = fair, 0 = dead", "N f_e", "", ""},
    FigureDefinition{"load.kept", "Choices kept", "choices", "choices that got a slot of their expert", switch_paper,
                     ""},
    FigureDefinition{"load.capacity_line", "Capacity", "share of the load",
                     "capacity factor / N: what an expert can take of a capacity group",
                     "Switch, arXiv:2101.03961, eq. 3",
                     "An expert below the line over a window may still have dropped tokens in single steps or groups."},
    FigureDefinition{"load.drop_rate", "Drop rate", "share", "1 - kept / choices", "Switch, arXiv:2101.03961, sec. 2.2",
                     "Of choices: under top-2 a token with one choice dropped still reaches an expert. Drops of up to "
                     "10 to 15 % did no harm in ST-MoE."},
    FigureDefinition{"load.dead_experts", "Dead experts", "experts", "#{e: n(e) = 0} over the window", "",
                     "Depends on how many tokens the window holds: rare is not dead."},
    FigureDefinition{"load.max_violation", "Max violation", "ratio; 0 = balanced, N - 1 = one expert takes all",
                     "max_e N f_e - 1", "Wang et al. 2024, arXiv:2408.15664: MaxVio",
                     "Above 0 by chance in small windows, the more so the more experts."},
    FigureDefinition{"load.cv", "Coefficient of variation of the load", "ratio; 0 = balanced",
                     "CV = sd_e n(e) / mean_e n(e)", "Shazeer et al. 2017, arXiv:1701.06538, sec. 4",
                     "Above 0 by chance in small windows."},
    FigureDefinition{"load.load_entropy", "Entropy of the load", "nats; ln N = balanced", "H(E) = -sum_e f_e ln f_e",
                     information_theory, "Of choices, not of probabilities."},
    FigureDefinition{"load.mean_probability_entropy", "Entropy of the mean probabilities", "nats; ln N = balanced",
                     "H(P), P_e = mean over tokens of p_e(x)", "Switch, arXiv:2101.03961, eq. 6 for P_e",
                     "High also where the router cannot decide: every token's probabilities are then flat."},
    FigureDefinition{"load.mean_entropy", "Mean entropy of a token", "nats; ln N = undecided, 0 = certain",
                     "mean over tokens of -sum_e p_e(x) ln p_e(x)", "", ""},
    FigureDefinition{
        "load.entropy_gap", "Information of token about expert", "nats",
        "H(mean of p) - mean of H(p) = I(token; expert)", information_theory,
        "What the router decides by the token: 0 where it sends every token by the same odds. Balanced and "
        "certain means a large gap."},
    FigureDefinition{"load.confidence", "Router confidence", "probability; at least 1 / N",
                     "mean over tokens of max_e p_e(x)", "T5X: router_confidence is its like",
                     "The gate scales the expert's output, so it is part of the model's arithmetic, not only a "
                     "measure."},
    FigureDefinition{"load.z_mean", "Router z", "nats^2", "mean over tokens of (ln sum_e exp x_e)^2",
                     "ST-MoE, arXiv:2202.08906, eq. 5", "Unweighted; grows without bound where nothing holds it."},
    FigureDefinition{"load.lse_max", "Largest logsumexp", "nats", "max over tokens of ln sum_e exp x_e", st_moe,
                     "One token sets it."},
    FigureDefinition{"load.logit_range", "Range of the router's logits", "nats", "min and max over tokens of x_e",
                     st_moe, "Two tokens set it."},
    FigureDefinition{"load.capacity_needed", "Capacity factor for no drops", "factor",
                     "max over groups and experts of n(g, e) N / n(g)",
                     "Hwang et al. 2022 (Tutel), arXiv:2206.03382: real-time capacity factor",
                     "Of the worst group of the window, before rounding."},

    FigureDefinition{"tokens.count", "Times taken", "tokens", "n(x, e): tokens with id x whose first choice is e", "",
                     "Frequent tokens lead everywhere: see the lift."},
    FigureDefinition{"tokens.lift", "Lift of a token", "ratio; 1 = chance",
                     "P(x | e) / P(x) = (n(x, e) / n(e)) / (n(x) / n)", "",
                     "Rare tokens reach high lifts by chance: ask for a least count."},
    FigureDefinition{"tokens.share", "Share of a token that the expert takes", "share", "P(e | x) = n(x, e) / n(x)",
                     "Vocabulary specialization: OLMoE, arXiv:2409.02060, eq. 8, in top-1 form",
                     "1 for every id seen once."},
    FigureDefinition{"tokens.vocabulary_specialization", "Vocabulary specialization", "share",
                     "mean over ids x with n(x) >= 10 of max_e P(e | x)",
                     "OLMoE, arXiv:2409.02060, eq. 8, in top-1 form",
                     "The maximum of few draws is above 1 / N by chance: compare with experts permuted over tokens. By "
                     "input, gold or predicted id it asks different questions."},
    FigureDefinition{"tokens.class_share", "Share by kind of token", "share", "P(e | class) = n(class, e) / n(class)",
                     "ST-MoE, arXiv:2202.08906, sec. 7", "Scripts of tokens and languages of text go together."},
    FigureDefinition{"tokens.class_entropy", "Entropy by kind of token", "nats; ln N = spread evenly",
                     "-sum_e P(e | class) ln P(e | class)", "ST-MoE, arXiv:2202.08906, table 14 (sentinels)",
                     "Low by chance where the class has few tokens."},

    FigureDefinition{"dynamics.saturation", "Router saturation", "share",
                     "share of tokens whose first choice at step t is that of the final (or latest) checkpoint",
                     "OLMoE, arXiv:2409.02060, eq. 5, in top-1 form",
                     "Against the latest checkpoint it is 1 at the end by definition. Top-1 saturates slower than the "
                     "top-8 of the paper."},
    FigureDefinition{"dynamics.chance", "Chance agreement", "share",
                     "uniform: 1 / N; by load: sum_e p(e) q(e), p and q the loads of both sides", "",
                     "By load is the line to beat: a collapsed router agrees with itself whatever it learned."},
    FigureDefinition{"dynamics.plasticity", "Plasticity", "share",
                     "share of tokens whose first choice changed since the previous evaluation", "",
                     "Depends on how far apart the evaluations are."},
    FigureDefinition{"dynamics.transition", "Transition between layers", "share",
                     "P(j | i) = n(e = i, e' = j) / n(e = i); independence: P(j)",
                     "OLMoE, arXiv:2409.02060, fig. 35: the form across layers of co-activation (eq. 6)",
                     "With one choice per token there is no co-activation inside a layer."},
    FigureDefinition{"dynamics.transition_information", "Information between layers", "nats",
                     "I(e; e') = sum_i,j p(i, j) ln(p(i, j) / (p(i) p(j)))", information_theory,
                     "Biased upwards by about (N - 1)(N' - 1) / 2n in a finite sample, more where tokens cluster."},
    FigureDefinition{"dynamics.locality", "Temporal locality", "share",
                     "share of neighbouring tokens of a row with the same first choice; chance: 1 / N, by load sum_e "
                     "p(e)^2",
                     "Jiang et al. 2024 (Mixtral), arXiv:2401.04088, table 5",
                     "Padding breaks a row; sentinels are tokens like others, so pairs reach across masked spans."},

    FigureDefinition{"causes.ablation", "Change of loss without the expert", "nats per target token",
                     "cross entropy with the expert's output set to 0 - cross entropy as it is", "",
                     "The tokens keep their residual; what later layers make of that was never trained."},
    FigureDefinition{"causes.random_baseline", "Change of loss without as many random tokens", "nats per target token",
                     "cross entropy with as many random tokens of the layer getting nothing - cross entropy as it is",
                     "", "What losing an expert of that load costs if it knew nothing special."},
    FigureDefinition{"causes.force", "Change of loss with all tokens sent there", "nats per target token",
                     "cross entropy with every token of the layer going to the expert - cross entropy as it is", "",
                     "Its capacity is lifted: nothing is dropped in that layer."},
    FigureDefinition{"causes.swap", "Change of loss with two experts exchanged", "nats per target token",
                     "cross entropy with tokens of either expert going to the other, gates kept - cross entropy as it "
                     "is",
                     "", "Near 0 means that the two are interchangeable, which also holds where both do little."},

    FigureDefinition{"replay.drop_rate", "Drop rate under another capacity", "share",
                     "slots given out again by the recorded choices and gates under the rule set here",
                     "Switch, arXiv:2101.03961, eq. 3",
                     "Exact in the first sparse layer of the encoder only: below it, drops change what follows."},
    FigureDefinition{"replay.factor_for_no_drops", "Smallest factor without drops", "factor",
                     "smallest factor with which every group's capacity reaches its largest n(g, e)",
                     "Switch, arXiv:2101.03961, eq. 3",
                     "Of this text: one more passage may need more. Rounded up for display."},

    FigureDefinition{"probe.probability", "Probability of the choice", "probability",
                     "p_e(x) = exp x_e / sum_k exp x_k", "Switch, arXiv:2101.03961, eq. 1",
                     "The gate: it also scales the expert's output."},
    FigureDefinition{"probe.entropy", "Entropy of the token's probabilities", "nats; ln N = undecided",
                     "-sum_e p_e(x) ln p_e(x)", information_theory, ""},
    FigureDefinition{"probe.dropped", "Dropped", "", "the choice got no slot: the token passes by the residual alone",
                     "Switch, arXiv:2101.03961, sec. 2.2",
                     "Depends on what else is in the batch, not on the token alone."},
    FigureDefinition{"probe.changed", "Changed route", "", "the first choice differs between the two models shown", "",
                     "Experts of two runs have no common numbering: between runs only the pattern can be compared."},
};

} // namespace

std::span<const FigureDefinition> definitions()
{
    return figures;
}

const FigureDefinition& definition(std::string_view key)
{
    const auto found = std::ranges::find(figures, key, &FigureDefinition::key);
    if (found == figures.end()) throw Error("there is no figure \"" + std::string(key) + "\"");
    return *found;
}

std::string definitionText(std::string_view key)
{
    const FigureDefinition& figure = definition(key);
    std::string text(figure.name);
    if (!figure.unit.empty()) text += " (" + std::string(figure.unit) + ")";
    text += "\n" + std::string(figure.formula);
    if (!figure.source.empty()) text += "\n" + std::string(figure.source);
    if (!figure.pitfall.empty()) text += "\n" + std::string(figure.pitfall);
    return text;
}

} // namespace sy
