#include "tests/support/naive_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace stratoscope::support {
namespace {

using Rows = Matrix<double>;

Rows centred(const Matrix<float>& rows) {
    Rows out(rows.rows(), rows.cols());
    for (std::size_t c = 0; c < rows.cols(); ++c) {
        double mean = 0.0;
        for (std::size_t i = 0; i < rows.rows(); ++i)
            mean += static_cast<double>(rows(i, c)) / static_cast<double>(rows.rows());
        for (std::size_t i = 0; i < rows.rows(); ++i)
            out(i, c) = static_cast<double>(rows(i, c)) - mean;
    }
    return out;
}

Rows transposed_product(const Rows& a, const Rows& b) {
    Rows out(a.cols(), b.cols());
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t r = 0; r < a.cols(); ++r)
            for (std::size_t c = 0; c < b.cols(); ++c)
                out(r, c) += a(i, r) * b(i, c);
    return out;
}

// Columns made orthogonal by rotations: M·V = U·S, whose column lengths are the singular values.
struct Decomposition {
    Rows scaled; // U·S, by falling length
    std::vector<double> length;
};

Decomposition jacobi(Rows m) {
    const std::size_t n = m.cols();
    for (int sweep = 0; sweep < 60; ++sweep)
        for (std::size_t p = 0; p < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                double pp = 0.0;
                double qq = 0.0;
                double pq = 0.0;
                for (std::size_t i = 0; i < m.rows(); ++i) {
                    pp += m(i, p) * m(i, p);
                    qq += m(i, q) * m(i, q);
                    pq += m(i, p) * m(i, q);
                }
                if (std::abs(pq) < 1e-300)
                    continue;
                const double zeta = (qq - pp) / (2.0 * pq);
                const double t = (zeta >= 0.0 ? 1.0 : -1.0) / (std::abs(zeta) + std::sqrt(1.0 + zeta * zeta));
                const double c = 1.0 / std::sqrt(1.0 + t * t);
                const double s = c * t;
                for (std::size_t i = 0; i < m.rows(); ++i) {
                    const double x = m(i, p);
                    const double y = m(i, q);
                    m(i, p) = c * x - s * y;
                    m(i, q) = s * x + c * y;
                }
            }
    std::vector<double> length(n, 0.0);
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t i = 0; i < m.rows(); ++i)
            length[j] += m(i, j) * m(i, j);
        length[j] = std::sqrt(length[j]);
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t x, std::size_t y) { return length[x] > length[y]; });
    Decomposition out{Rows(m.rows(), n), {}};
    for (std::size_t j = 0; j < n; ++j) {
        out.length.push_back(length[order[j]]);
        for (std::size_t i = 0; i < m.rows(); ++i)
            out.scaled(i, j) = m(i, order[j]);
    }
    return out;
}

// Orthonormal directions over the images that hold 99 % of the variance.
Rows main_directions(const Rows& rows) {
    const Decomposition all = jacobi(rows);
    double total = 0.0;
    for (const double length : all.length)
        total += length * length;
    std::size_t kept = 0;
    for (double held = 0.0; held < 0.99 * total; ++kept)
        held += all.length[kept] * all.length[kept];
    Rows out(rows.rows(), kept);
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t j = 0; j < kept; ++j)
            out(i, j) = all.scaled(i, j) / all.length[j];
    return out;
}

// x of A·x = B, by elimination with pivots.
Rows solved(Rows a, Rows b) {
    const std::size_t n = a.rows();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i)
            pivot = std::abs(a(i, k)) > std::abs(a(pivot, k)) ? i : pivot;
        for (std::size_t j = 0; j < n; ++j)
            std::swap(a(k, j), a(pivot, j));
        for (std::size_t j = 0; j < b.cols(); ++j)
            std::swap(b(k, j), b(pivot, j));
        for (std::size_t i = 0; i < n; ++i) {
            if (i == k)
                continue;
            const double factor = a(i, k) / a(k, k);
            for (std::size_t j = k; j < n; ++j)
                a(i, j) -= factor * a(k, j);
            for (std::size_t j = 0; j < b.cols(); ++j)
                b(i, j) -= factor * b(k, j);
        }
    }
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t j = 0; j < b.cols(); ++j)
            b(k, j) /= a(k, k);
    return b;
}

Matrix<float> chosen(const Matrix<float>& rows, std::size_t fold, bool inside) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        if ((i % 5 == fold) == inside)
            members.push_back(i);
    Matrix<float> out(members.size(), rows.cols());
    for (std::size_t r = 0; r < members.size(); ++r)
        std::ranges::copy(rows.row(members[r]), out.row(r).begin());
    return out;
}

std::vector<double> means(const Matrix<float>& rows) {
    std::vector<double> out(rows.cols(), 0.0);
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t c = 0; c < rows.cols(); ++c)
            out[c] += static_cast<double>(rows(i, c)) / static_cast<double>(rows.rows());
    return out;
}

} // namespace

double naive_nuclear_norm(const Matrix<float>& a, const Matrix<float>& b) {
    const Rows x = centred(a);
    const Rows y = centred(b);
    double xx = 0.0;
    double yy = 0.0;
    for (const double value : x.values())
        xx += value * value;
    for (const double value : y.values())
        yy += value * value;
    double sum = 0.0;
    for (const double length : jacobi(transposed_product(x, y)).length)
        sum += length;
    return sum / std::sqrt(xx * yy);
}

double naive_svcca(const Matrix<float>& a, const Matrix<float>& b) {
    const Rows x = main_directions(centred(a));
    const Rows y = main_directions(centred(b));
    const Rows between = x.cols() < y.cols() ? transposed_product(y, x) : transposed_product(x, y);
    const Decomposition svd = jacobi(between);
    double sum = 0.0;
    for (const double correlation : svd.length)
        sum += correlation;
    return sum / static_cast<double>(svd.length.size());
}

double naive_pwcca(const Matrix<float>& a, const Matrix<float>& b) {
    const Rows rows = centred(a);
    const Rows x = main_directions(rows);
    const Rows y = main_directions(centred(b));
    // The variates of a are x·P with P the left singular vectors of xᵀy.
    const Decomposition svd = jacobi(transposed_product(x, y));
    double sum = 0.0;
    double weights = 0.0;
    for (std::size_t v = 0; v < std::min(x.cols(), y.cols()); ++v) {
        if (svd.length[v] < 1e-12)
            continue;
        std::vector<double> variate(rows.rows(), 0.0);
        for (std::size_t i = 0; i < rows.rows(); ++i)
            for (std::size_t d = 0; d < x.cols(); ++d)
                variate[i] += x(i, d) * svd.scaled(d, v) / svd.length[v];
        double weight = 0.0;
        for (std::size_t c = 0; c < rows.cols(); ++c) {
            double product = 0.0;
            for (std::size_t i = 0; i < rows.rows(); ++i)
                product += variate[i] * rows(i, c);
            weight += std::abs(product);
        }
        sum += weight * svd.length[v];
        weights += weight;
    }
    return sum / weights;
}

double naive_linear_predictivity(const Matrix<float>& a, const Matrix<float>& b) {
    double missed = 0.0;
    for (std::size_t fold = 0; fold < 5; ++fold) {
        const Matrix<float> train_a = chosen(a, fold, false);
        const Matrix<float> train_b = chosen(b, fold, false);
        const Rows x = centred(train_a);
        Rows gram = transposed_product(x, x);
        double trace = 0.0;
        for (std::size_t c = 0; c < gram.rows(); ++c)
            trace += gram(c, c);
        for (std::size_t c = 0; c < gram.rows(); ++c)
            gram(c, c) += 1e-3 * trace / static_cast<double>(gram.rows());
        const Rows map = solved(gram, transposed_product(x, centred(train_b)));
        const std::vector<double> mean_a = means(train_a);
        const std::vector<double> mean_b = means(train_b);
        const Matrix<float> test_a = chosen(a, fold, true);
        const Matrix<float> test_b = chosen(b, fold, true);
        for (std::size_t i = 0; i < test_a.rows(); ++i)
            for (std::size_t c = 0; c < b.cols(); ++c) {
                double guess = mean_b[c];
                for (std::size_t d = 0; d < a.cols(); ++d)
                    guess += (static_cast<double>(test_a(i, d)) - mean_a[d]) * map(d, c);
                const double miss = static_cast<double>(test_b(i, c)) - guess;
                missed += miss * miss;
            }
    }
    double spread = 0.0;
    const Rows all = centred(b);
    for (const double value : all.values())
        spread += value * value;
    return 1.0 - missed / spread;
}

} // namespace stratoscope::support
