#include "tests/support/naive_structure.h"

#include "tests/support/naive_reference.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace stratoscope::support {
namespace {

Matrix<double> distances(const Matrix<float>& rows, Distance distance) {
    Matrix<double> d = naive_squared_distances(rows, distance);
    for (std::size_t i = 0; i < d.rows(); ++i)
        for (double& x : d.row(i))
            x = std::sqrt(x);
    return d;
}

std::vector<double> upper_triangle(const Matrix<double>& d) {
    std::vector<double> out;
    for (std::size_t i = 0; i < d.rows(); ++i)
        for (std::size_t j = i + 1; j < d.rows(); ++j)
            out.push_back(d(i, j));
    return out;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const auto n = static_cast<double>(x.size());
    double mx = 0.0;
    double my = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    double xy = 0.0;
    double xx = 0.0;
    double yy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
    }
    return xy / std::sqrt(xx * yy);
}

std::vector<double> mid_ranks(const std::vector<double>& x) {
    std::vector<double> sorted = x;
    std::ranges::sort(sorted);
    std::vector<double> out;
    for (const double value : x) {
        const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
        const auto less = static_cast<double>(first - sorted.begin());
        out.push_back(less + (static_cast<double>(last - first) + 1.0) / 2.0);
    }
    return out;
}

double median(std::vector<double> x) {
    std::ranges::sort(x);
    return (x[(x.size() - 1) / 2] + x[x.size() / 2]) / 2.0;
}

// HSIC₁ of Song et al., the first term as Σ K̃_ij L̃_ji.
double unbiased_hsic(const Matrix<double>& k, const Matrix<double>& l) {
    const std::size_t n = k.rows();
    const auto N = static_cast<double>(n);
    double trace = 0.0;
    double sum_k = 0.0;
    double sum_l = 0.0;
    double product = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        double column_k = 0.0;
        double row_l = 0.0;
        for (std::size_t j = 0; j < n; ++j) {
            if (i == j)
                continue;
            trace += k(i, j) * l(j, i);
            sum_k += k(i, j);
            sum_l += l(i, j);
            column_k += k(j, i);
            row_l += l(i, j);
        }
        product += column_k * row_l;
    }
    return (trace + sum_k * sum_l / ((N - 1) * (N - 2)) - 2.0 / (N - 2) * product) / (N * (N - 3));
}

Matrix<double> doubly_centred(Matrix<double> k) {
    const std::size_t n = k.rows();
    const auto N = static_cast<double>(n);
    std::vector<double> row(n, 0.0);
    double all = 0.0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            row[i] += k(i, j) / N;
            all += k(i, j) / N / N;
        }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            k(i, j) += all - row[i] - row[j];
    return k;
}

double inner(const Matrix<double>& a, const Matrix<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.values().size(); ++i)
        sum += a.values()[i] * b.values()[i];
    return sum;
}

double ratio(const Matrix<double>& k, const Matrix<double>& l, bool unbiased) {
    if (unbiased)
        return unbiased_hsic(k, l) / std::sqrt(unbiased_hsic(k, k) * unbiased_hsic(l, l));
    const Matrix<double> x = doubly_centred(k);
    const Matrix<double> y = doubly_centred(l);
    return inner(x, y) / std::sqrt(inner(x, x) * inner(y, y));
}

Matrix<double> gaussian(const Matrix<float>& rows, Distance distance) {
    Matrix<double> d = distances(rows, distance);
    const double sigma = median(upper_triangle(d));
    for (std::size_t i = 0; i < d.rows(); ++i)
        for (double& x : d.row(i))
            x = std::exp(-x * x / (2.0 * sigma * sigma));
    return d;
}

Matrix<double> masked_kernel(const Matrix<float>& rows, Distance distance, const Matrix<double>& mask) {
    Matrix<double> k(rows.rows(), rows.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t j = 0; j < rows.rows(); ++j) {
            double xy = 0.0;
            double xx = 0.0;
            double yy = 0.0;
            for (std::size_t c = 0; c < rows.cols(); ++c) {
                xy += static_cast<double>(rows(i, c)) * static_cast<double>(rows(j, c));
                xx += static_cast<double>(rows(i, c)) * static_cast<double>(rows(i, c));
                yy += static_cast<double>(rows(j, c)) * static_cast<double>(rows(j, c));
            }
            k(i, j) = mask(i, j) * (distance == Distance::cosine ? xy / std::sqrt(xx * yy) : xy);
        }
    return k;
}

} // namespace

double naive_jaccard(const Matrix<float>& a, const Matrix<float>& b, std::size_t k, Distance distance) {
    const Matrix<double> x = naive_weights(naive_squared_distances(a, distance), k);
    const Matrix<double> y = naive_weights(naive_squared_distances(b, distance), k);
    double sum = 0.0;
    for (std::size_t i = 0; i < x.rows(); ++i) {
        double shared = 0.0;
        double either = 0.0;
        for (std::size_t j = 0; j < x.rows(); ++j) {
            shared += x(i, j) * y(i, j);
            either += x(i, j) + y(i, j) - x(i, j) * y(i, j);
        }
        sum += shared / either;
    }
    return sum / static_cast<double>(x.rows());
}

double naive_cknna(const Matrix<float>& a, const Matrix<float>& b, std::size_t k, Distance distance) {
    const Matrix<double> x = naive_weights(naive_squared_distances(a, distance), k);
    const Matrix<double> y = naive_weights(naive_squared_distances(b, distance), k);
    Matrix<double> both = x;
    for (std::size_t i = 0; i < both.rows(); ++i)
        for (std::size_t j = 0; j < both.rows(); ++j)
            both(i, j) *= y(i, j);
    const auto self = [&](const Matrix<float>& rows, const Matrix<double>& mask) {
        const Matrix<double> kernel = masked_kernel(rows, distance, mask);
        return unbiased_hsic(kernel, kernel);
    };
    return unbiased_hsic(masked_kernel(a, distance, both), masked_kernel(b, distance, both)) /
           std::sqrt(self(a, x) * self(b, y));
}

double naive_cka_rbf(const Matrix<float>& a, const Matrix<float>& b, Distance distance, bool unbiased) {
    return ratio(gaussian(a, distance), gaussian(b, distance), unbiased);
}

double naive_rsa_pearson(const Matrix<float>& a, const Matrix<float>& b, Distance distance) {
    return correlation(upper_triangle(distances(a, distance)), upper_triangle(distances(b, distance)));
}

double naive_rsa_spearman(const Matrix<float>& a, const Matrix<float>& b, Distance distance) {
    return correlation(mid_ranks(upper_triangle(naive_squared_distances(a, distance))),
                       mid_ranks(upper_triangle(naive_squared_distances(b, distance))));
}

double naive_distance_correlation(const Matrix<float>& a, const Matrix<float>& b, Distance distance,
                                  bool unbiased) {
    const double value = ratio(distances(a, distance), distances(b, distance), unbiased);
    return unbiased ? value : std::sqrt(value);
}

} // namespace stratoscope::support
